import LinuxSystem
import Measures
package import Plan
package import Recording
package import Schedule
import Synchronization
package import Telemetry

/// A run's figures for scrapers and collectors: all hosts' signals, and where the run is.
package final class RunMeterObserver: RunObserver {
    private let meter = SharedMeter()
    private let last = Mutex<RunTick?>(nil)
    private let run: String

    package init(plan: Plan, schedule: Schedule, run: String) {
        self.run = run
        meter.tell { meter in
            meter.open(run: run, experiment: plan.name)
            for load in plan.loads { meter.judge(load.name, by: load.good) }
            for fault in schedule.faults { meter.name(fault.action.kindName, of: fault.id) }
        }
    }

    package func stage(_ text: String) {}
    package func warning(_ text: String) {}

    package func event(_ event: RunEvent) {
        meter.tell { $0.add(event, at: Clocks.monotonic()) }
    }

    package func exchanges(_ exchanges: [Exchange], of load: String, from host: String, sender: Int) {
        meter.tell { $0.add(exchanges, of: load, from: host) }
    }

    package func tick(_ tick: RunTick) { last.withLock { $0 = tick } }

    /// The run is over; what it counted stays.
    package func finish() {
        meter.tell { $0.close() }
        last.withLock { $0 = nil }
    }

    /// - Parameter now: of CLOCK_MONOTONIC, nanoseconds.
    package func families(at now: Int64) -> [MetricFamily] {
        meter.families(at: now) + (last.withLock { $0 }.map(Self.families) ?? [])
    }

    private static func families(_ tick: RunTick) -> [MetricFamily] {
        let guards = tick.guards.map { reading in
            (reading, [MetricLabel("guard", "availability over \(reading.over.text)")])
        }
        return [
            MetricFamily(
                "faultline_run_elapsed",
                .gauge,
                unit: "seconds",
                "Since the run's time zero.",
                [MetricSample(.number(tick.at.seconds))]
            ),
            MetricFamily(
                "faultline_run_planned",
                .gauge,
                unit: "seconds",
                "How long the run is to take.",
                [MetricSample(.number(tick.end.seconds))]
            ),
            MetricFamily(
                "faultline_run_phase_info",
                .gauge,
                "The phase that the run is in; always 1.",
                tick.place.phase.map { [MetricSample(.count(1), [MetricLabel("phase", $0)])] } ?? []
            ),
            MetricFamily(
                "faultline_guard_availability",
                .gauge,
                unit: "ratio",
                "What a guard watches, 0 to 1, where a whole window of it is known.",
                guards.compactMap { reading, labels in
                    reading.share.map { MetricSample(.number($0), labels) }
                }
            ),
            MetricFamily(
                "faultline_guard_limit",
                .gauge,
                unit: "ratio",
                "Below which a guard stops the run, 0 to 1.",
                guards.map { MetricSample(.number($0.0.limit.double), $0.1) }
            ),
            MetricFamily(
                "faultline_availability",
                .gauge,
                unit: "ratio",
                "Good share of the requests whose outcome became known in the last seconds, 0 to 1.",
                tick.window.ended > 0
                    ? [MetricSample(.number(Double(tick.window.good) / Double(tick.window.ended)))] : []
            ),
        ]
    }
}
