import Agent
import Console
import Coordinator
import Foundation
import Measures
import Plan
import Report
import Schedule
import Synchronization
import Telemetry
import Timeline

/// The ports of one run and what fills their pages, and those who are sent something. Without any it is only the run's
/// observer.
final class RunOutlets: Sendable {
    struct Asked {
        let metrics: ListenAddress?
        let live: ListenAddress?
        let collector: WebTarget?
        /// Of what the collector is sent.
        let headers: [(String, String)]
        let grafana: WebTarget?
    }

    /// Whoever runs tells this one.
    let observer: any RunObserver
    private let terminal: any RunObserver
    private let metrics: (address: ListenAddress?, page: MetricsPage)?
    private let live: (address: ListenAddress, site: LiveSite)?
    private let meter: RunMeterObserver?
    private let liveRun: LiveRun?
    private let sent: OutletObserver?
    private let exporter: OTLPExporter?
    private let ports = Mutex<[WebPort]>([])

    /// Between figures that a collector is sent.
    private static let interval = Duration.seconds(5)

    init(plan: Plan, schedule: Schedule, run: String, asked: Asked, beside terminal: any RunObserver) {
        self.terminal = terminal
        let isMetered = asked.metrics != nil || asked.live != nil || asked.collector != nil
        let meter = isMetered ? RunMeterObserver(plan: plan, schedule: schedule, run: run) : nil
        let page = meter.map { meter in
            MetricsPage(version: AgentVersion.current) { meter.families(at: $0) }
        }
        let liveRun =
            asked.live == nil
            ? nil : LiveRun(plan: plan, schedule: schedule, version: AgentVersion.current)
        let exporter: OTLPExporter? =
            if let target = asked.collector, let page {
                OTLPExporter(
                    to: target,
                    headers: asked.headers,
                    resource: OTLPResource(instance: run, version: AgentVersion.current),
                    families: { page.all() },
                    note: { terminal.warning($0) }
                )
            } else { nil }
        let marks = asked.grafana.map { target in
            GrafanaMarks(
                to: target,
                token: ProcessInfo.processInfo.environment[GrafanaMarks.variable],
                tags: ["faultline", plan.name],
                words: Dictionary(schedule.faults.map { ($0.id, $0.action.words) }) { one, _ in one },
                note: { terminal.warning($0) }
            )
        }
        let sent =
            marks == nil && exporter == nil ? nil : OutletObserver(marks: marks, exporter: exporter)
        self.meter = meter
        self.liveRun = liveRun
        self.sent = sent
        self.exporter = exporter
        metrics = page.map { (asked.metrics, $0) }
        if let address = asked.live, let liveRun {
            live = (address, LiveSite(Self.view(of: liveRun)))
        } else {
            live = nil
        }
        var others: [any RunObserver] = []
        if let meter { others.append(meter) }
        if let liveRun { others.append(liveRun) }
        if let sent { others.append(sent) }
        observer = others.isEmpty ? terminal : Observers([terminal] + others)
    }

    private static func view(of run: LiveRun) -> LiveSite.View {
        LiveSite.View(
            page: { run.page().html },
            fragment: { run.page().fragment },
            script: LiveScript.text,
            endFragment: LivePage.judgedFragment
        )
    }

    /// Errors: a port that is taken.
    func open() async throws {
        guard let metrics else { return }
        let page = metrics.page.page
        if let address = metrics.address {
            try await open(address, ["/metrics": page], "metrics", "/metrics")
        }
        if let live {
            let pages = live.site.pages.merging(["/metrics": page]) { one, _ in one }
            try await open(live.address, pages, "live page", "/")
        }
        exporter?.start(every: Self.interval)
    }

    private func open(_ address: ListenAddress, _ pages: [String: WebPage], _ name: String, _ path: String)
        async throws
    {
        let port = try await WebPort.open(address, pages: pages)
        ports.withLock { $0.append(port) }
        terminal.stage("\(name): http://\(port.address)\(path)")
        if !address.isLoopback { terminal.warning(port.address.openWarning) }
    }

    /// The run is over: it is judged meanwhile, whoever looks gets the report, and the ports close.
    func end<Value>(_ folder: RunFolder, _ judge: () throws -> Value) async throws -> Value {
        meter?.finish()
        liveRun?.finish()
        let judged = Result { try judge() }
        if let live, let html = try? folder.read(folder.reportHTML) {
            await live.site.end(report: String(decoding: html, as: UTF8.self))
        }
        for port in ports.withLock({ $0 }) { await port.close() }
        await sent?.finish()
        return try judged.get()
    }
}
