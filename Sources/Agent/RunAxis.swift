import Measures
import ReferenceTime

/// The run's time axis seen from this host: axis = local CLOCK_MONOTONIC + offset − zero, where the offset is
/// reference − local, positive when the reference is ahead.
struct RunAxis: Sendable, Equatable {
    /// The run's time zero on the reference clock, nanoseconds.
    let zeroReference: Int64

    /// The instant as an edge to arm.
    func edge(_ instant: Instant, _ rule: Edge.Rule = .nearest) -> Edge {
        Edge(reference: zeroReference + instant.nanoseconds, rule: rule)
    }

    func bounded(_ interval: ClockModel.Converted) -> BoundedInstant {
        BoundedInstant(
            Instant(nanoseconds: interval.nanoseconds - zeroReference),
            bound: Duration(nanoseconds: interval.bound)
        )
    }

    /// The local time at which the instant comes.
    func local(_ instant: Instant, offset: Int64) -> Int64 {
        zeroReference + instant.nanoseconds - offset
    }

    /// Where the axis stands at a local time.
    func instant(local: Int64, offset: Int64) -> Instant {
        Instant(nanoseconds: local + offset - zeroReference)
    }

    /// Limits of axis − local at a local instant, nanoseconds.
    func limits(at local: Int64, _ clock: SessionClock) -> ClosedRange<Int64> {
        let limits = clock.limits(at: local)
        return (limits.lowerBound - zeroReference)...(limits.upperBound - zeroReference)
    }

    /// Something that happened between two local stamps; `limits` of reference − local, at either, widen it on its side.
    func stamp(from: Int64, to: Int64, limits: (Int64) -> ClosedRange<Int64>) -> BoundedInstant {
        BoundedInstant(
            from: Instant(nanoseconds: from + limits(from).lowerBound - zeroReference),
            to: Instant(nanoseconds: to + limits(to).upperBound - zeroReference)
        )
    }
}

extension Instant {
    /// The last whole second, also before time zero.
    var wholeSecond: Int64 {
        let (quotient, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0 ? quotient - 1 : quotient
    }
}
