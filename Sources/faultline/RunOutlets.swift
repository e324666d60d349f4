import Agent
import Console
import Coordinator
import Measures
import Plan
import Report
import Schedule
import Synchronization

/// The ports of one run, and what fills their pages. Without any it is only the run's observer.
final class RunOutlets: Sendable {
    /// Whoever runs tells this one.
    let observer: any RunObserver
    private let terminal: any RunObserver
    private let meter: RunMeterObserver?
    private let live: LiveRun?
    private let site: LiveSite?
    private let ports = Mutex<[WebPort]>([])

    init(
        plan: Plan,
        schedule: Schedule,
        run: String,
        isMetered: Bool,
        isLive: Bool,
        beside terminal: any RunObserver
    ) {
        let meter = isMetered ? RunMeterObserver(plan: plan, schedule: schedule, run: run) : nil
        let live = isLive ? LiveRun(plan: plan, schedule: schedule, version: AgentVersion.current) : nil
        self.terminal = terminal
        self.meter = meter
        self.live = live
        site = live.map { live in
            LiveSite(
                LiveSite.View(
                    page: { live.page().html },
                    fragment: { live.page().fragment },
                    script: LiveScript.text,
                    endFragment: LivePage.judgedFragment
                )
            )
        }
        let others: [(any RunObserver)?] = [meter, live]
        observer = meter == nil ? terminal : Observers([terminal] + others.compactMap { $0 })
    }

    /// Errors: a port that is taken.
    func open(metrics: ListenAddress?, live: ListenAddress?) async throws {
        guard let meter else { return }
        let page = MetricsPage(version: AgentVersion.current) { meter.families(at: $0) }.page
        if let metrics { try await open(metrics, ["/metrics": page], "metrics", "/metrics") }
        guard let live, let site else { return }
        try await open(live, site.pages.merging(["/metrics": page]) { one, _ in one }, "live page", "/")
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
        live?.finish()
        let judged = Result { try judge() }
        if let site, let html = try? folder.read(folder.reportHTML) {
            await site.end(report: String(decoding: html, as: UTF8.self))
        }
        for port in ports.withLock({ $0 }) { await port.close() }
        return try judged.get()
    }
}
