import Agent
import Console
import LinuxSystem
import Measures
import Synchronization
import Telemetry

/// What an agent tells others besides its coordinator. Without being asked there is none of it.
final class AgentOutlets: Sendable {
    let meter = SharedMeter()
    private let address: ListenAddress?
    private let page: MetricsPage
    private let exporter: OTLPExporter?
    private let port = Mutex<WebPort?>(nil)

    private static let interval = Duration.seconds(15)

    /// nil: nothing was asked for. Errors: an address that is none.
    init?(host: String, metrics: String?, otlp: String?) throws {
        guard metrics != nil || otlp != nil else { return nil }
        let page = MetricsPage(version: AgentVersion.current) { [meter] in meter.families(at: $0) }
        self.page = page
        address = try metrics.map { try ListenAddress($0) }
        exporter = try otlp.map { target in
            OTLPExporter(
                to: try WebTarget(target, option: "--otlp"),
                headers: try OTLPHeaders.ofEnvironment,
                resource: OTLPResource(instance: "agent \(host)", version: AgentVersion.current),
                families: { page.all() },
                note: { StandardError.say("warning: \($0)") }
            )
        }
    }

    /// Errors: a port that is taken.
    func open() async throws {
        exporter?.start(every: Self.interval)
        guard let address else { return }
        let port = try await WebPort.open(address, pages: ["/metrics": page.page])
        StandardError.say("metrics: http://\(port.address)/metrics")
        if !address.isLoopback { StandardError.say("warning: \(port.address.openWarning)") }
        self.port.withLock { $0 = port }
    }

    func close() async {
        await port.withLock { $0 }?.close()
        await exporter?.stop()
    }
}
