/// A point on the run's time axis: nanoseconds since the run's time zero (`at: 0s` of the experiment file), on the
/// reference clock. Negative before the run. One sign convention everywhere: later is greater.
package struct Instant: Hashable, Sendable, Comparable, Codable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The instant a duration after time zero.
    package init(_ sinceZero: Duration) {
        self.nanoseconds = sinceZero.nanoseconds
    }

    package static let zero = Instant(nanoseconds: 0)

    /// Time since time zero.
    package var sinceZero: Duration { Duration(nanoseconds: nanoseconds) }
    package var seconds: Double { Double(nanoseconds) / 1e9 }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
    package static func + (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds + right.nanoseconds)
    }
    package static func - (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds - right.nanoseconds)
    }
    package static func - (left: Instant, right: Instant) -> Duration {
        Duration(nanoseconds: left.nanoseconds - right.nanoseconds)
    }
}

/// An instant with the half-width of the interval that certainly holds it.
package struct BoundedInstant: Hashable, Sendable, Codable {
    package var instant: Instant
    /// Half-width in nanoseconds, never negative.
    package var boundNanoseconds: Int64

    package init(_ instant: Instant, bound: Duration) {
        self.instant = instant
        self.boundNanoseconds = max(0, bound.nanoseconds)
    }

    /// From the interval's two ends.
    package init(from earliest: Instant, to latest: Instant) {
        let half = (latest.nanoseconds - earliest.nanoseconds) / 2
        self.instant = Instant(nanoseconds: earliest.nanoseconds + half)
        self.boundNanoseconds = max(0, latest.nanoseconds - instant.nanoseconds)
    }

    package var bound: Duration { Duration(nanoseconds: boundNanoseconds) }
    package var earliest: Instant { instant - bound }
    package var latest: Instant { instant + bound }

    /// What two intervals let one say about which came first.
    package enum Order: Sendable, Hashable {
        case before
        case after
        /// They overlap: no conclusion may rest on the one having come before the other.
        case undecided
    }

    /// Of this instant to another one.
    package func order(to other: BoundedInstant) -> Order {
        if latest < other.earliest { return .before }
        return earliest > other.latest ? .after : .undecided
    }
}
