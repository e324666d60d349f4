import Measures

/// When to probe: a burst when much is to be learnt, else a steady beat. Pure.
package struct ProbeCadence: Sendable, Hashable {
    /// Probes in a burst, and the time between two of them.
    package var burst: Int
    package var burstPeriod: Duration
    /// Mean time between probes otherwise: each time is drawn within a quarter of it either way, so that probes do not
    /// keep step with something periodic on the path.
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
        /// Bursts for alarms are at least so far apart: a clock that never agrees must not be probed densely for ever.
        private static let alarmSpacing: Int64 = 1_000_000_000

        private let cadence: ProbeCadence
        private var left: Int
        private var quietUntil: Int64
        /// Local nanoseconds.
        package private(set) var due: Int64

        /// Begins with a burst.
        package init(_ cadence: ProbeCadence, now: Int64) {
            self.cadence = cadence
            self.left = cadence.burst
            self.due = now
            self.quietUntil = now
        }

        package mutating func beginBurst(now: Int64) {
            left = cadence.burst
            due = min(due, now)
        }

        /// An exchange raised an alarm: a burst, unless one is under way or was begun for an alarm within a second.
        package mutating func alarm(now: Int64) {
            guard left == 0, now >= quietUntil else { return }
            quietUntil = now + Self.alarmSpacing
            beginBurst(now: now)
        }

        /// A probe was sent. `draw`: in [0, 1), new each time. Late ones are not made up for: two at once would say the
        /// same.
        package mutating func sent(now: Int64, draw: Double = 0.5) {
            left = max(0, left - 1)
            let period =
                left > 0
                ? cadence.burstPeriod.nanoseconds
                : Int64(Double(cadence.period.nanoseconds) * (0.75 + draw / 2))
            due = max(due + period, now + period / 2)
        }
    }
}
