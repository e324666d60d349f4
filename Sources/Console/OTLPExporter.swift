import LinuxSystem
import Synchronization
package import Telemetry

/// Sends figures to an OpenTelemetry collector from time to time, and what happens as it does. OTLP over HTTP with JSON bodies
/// (opentelemetry.io, "OTLP/HTTP"). Whoever is measured never waits for it.
package final class OTLPExporter: Sendable {
    private let postbox: Postbox
    private let target: WebTarget
    private let resource: OTLPResource
    private let families: @Sendable () -> [MetricFamily]
    private let started = Clocks.realtime()
    private let ticking = Mutex<Task<Void, Never>?>(nil)
    private let told: AsyncStream<OTLPLogs.Record>.Continuation
    private let telling: Task<Void, Never>

    /// Records that wait for the task that sends them.
    private static let mostRecords = 1024

    /// - Parameters:
    ///   - headers: of each request, see `OTLPHeaders`.
    ///   - families: what there is to say now.
    ///   - note: is told once when the collector does not take it.
    package init(
        to target: WebTarget,
        headers: [(String, String)],
        resource: OTLPResource,
        families: @escaping @Sendable () -> [MetricFamily],
        note: @escaping @Sendable (String) -> Void
    ) {
        let postbox = Postbox(to: "the OTLP collector", headers: headers, note: note)
        let (records, told) = AsyncStream.makeStream(
            of: OTLPLogs.Record.self,
            bufferingPolicy: .bufferingOldest(Self.mostRecords)
        )
        self.postbox = postbox
        self.target = target
        self.resource = resource
        self.families = families
        self.told = told
        telling = Task {
            for await record in records {
                let tree = OTLPLogs([record], of: resource).tree
                await postbox.send(Postbox.Letter(url: target.url("/v1/logs"), tree))
            }
        }
    }

    /// Figures go out at once, and then from time to time.
    package func start(every interval: Duration) {
        ticking.withLock { ticking in
            ticking =
                ticking
                ?? Task {
                    while !Task.isCancelled {
                        await sendFigures()
                        try? await Task.sleep(for: interval)
                    }
                }
        }
    }

    package func tell(_ record: OTLPLogs.Record) { told.yield(record) }

    /// The last figures go out; what cannot within a few seconds is lost.
    package func stop() async {
        ticking.withLock { $0 }?.cancel()
        told.finish()
        await telling.value
        await sendFigures()
        await postbox.close()
    }

    private func sendFigures() async {
        let metrics = OTLPMetrics(families(), of: resource, from: started, at: Clocks.realtime())
        // Figures that wait are worth nothing when there are newer ones.
        await postbox.send(
            Postbox.Letter(url: target.url("/v1/metrics"), metrics.tree, replaces: "metrics")
        )
    }
}
