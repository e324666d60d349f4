import Synchronization

/// A meter that several threads tell of.
package final class SharedMeter: Sendable {
    private let meter = Mutex(RunMeter())

    package init() {}

    package func tell(_ change: (inout RunMeter) -> Void) {
        meter.withLock { change(&$0) }
    }

    package func families(at now: Int64) -> [MetricFamily] {
        meter.withLock { $0 }.families(at: now)
    }
}
