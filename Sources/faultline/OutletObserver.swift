import Console
import Coordinator
import LinuxSystem
import Measures
import Recording
import Synchronization
import Telemetry

/// Passes what happens on to Grafana and to a collector, dated by this host's wall clock.
final class OutletObserver: RunObserver {
    private let marks: GrafanaMarks?
    private let exporter: OTLPExporter?
    /// Seconds since 1970.
    private let startedAt = Mutex<Double?>(nil)

    init(marks: GrafanaMarks?, exporter: OTLPExporter?) {
        self.marks = marks
        self.exporter = exporter
    }

    func begin(startedAt: Double) { self.startedAt.withLock { $0 = startedAt } }

    func event(_ event: RunEvent) {
        guard let start = startedAt.withLock({ $0 }) else { return }
        let at = start + event.at.instant.seconds
        if case .injection(let injection) = event.body {
            marks?.add(injection, on: event.host, at: Int64((at * 1000).rounded()))
        }
        guard let exporter, let line = RunLine(event) else { return }
        var attributes = [MetricLabel("host", event.host)]
        var isWarning = false
        switch event.body {
        case .injection(let injection):
            attributes.append(MetricLabel("fault", injection.fault))
            attributes.append(MetricLabel("bound_seconds", "\(event.at.bound.seconds)"))
            isWarning = injection.step == .failed
        case .note(let kind, _): isWarning = kind != .captured && kind != .decided
        default: break
        }
        exporter.tell(
            OTLPLogs.Record(
                at: Int64(at * 1e9),
                text: line.text,
                isWarning: isWarning,
                attributes: attributes
            )
        )
    }

    func stage(_ text: String) {}
    func tick(_ tick: RunTick) {}
    func warning(_ text: String) {}

    func finish() async {
        // Faults whose end nobody told end now.
        await marks?.stop(at: Clocks.realtime() / 1_000_000)
        await exporter?.stop()
    }
}
