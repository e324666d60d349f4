import Measures

/// When to probe: a burst when much is to be learnt, else a steady beat. Pure.
package struct ProbeCadence: Sendable, Hashable {
    /// Probes in a burst, and the time between two of them.
    package var burst: Int
    package var burstPeriod: Duration
    /// Time between probes otherwise.
    package var period: Duration

    package init(
        burst: Int = 64,
        burstPeriod: Duration = .milliseconds(1),
        period: Duration = .milliseconds(50)
    ) {
        self.burst = burst
        self.burstPeriod = burstPeriod
        self.period = period
    }

    /// The beat as it runs: how many probes of a burst are left, and when the next one is due.
    package struct Beat: Sendable, Hashable {
        private let cadence: ProbeCadence
        private var left: Int
        /// Local nanoseconds.
        package private(set) var due: Int64

        /// Begins with a burst.
        package init(_ cadence: ProbeCadence, now: Int64) {
            self.cadence = cadence
            self.left = cadence.burst
            self.due = now
        }

        package mutating func beginBurst(now: Int64) {
            left = cadence.burst
            due = min(due, now)
        }

        /// A probe was sent. Late ones are not made up for: two at once would say the same.
        package mutating func sent(now: Int64) {
            left = max(0, left - 1)
            let period = left > 0 ? cadence.burstPeriod : cadence.period
            due = max(due + period.nanoseconds, now + period.nanoseconds / 2)
        }
    }
}
