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

    /// Something that happened between two local stamps; the clock's bound widens it on both sides.
    func stamp(from: Int64, to: Int64, _ offset: Int64, _ bound: Int64) -> BoundedInstant {
        BoundedInstant(
            from: Instant(nanoseconds: from + offset - zeroReference - bound),
            to: Instant(nanoseconds: to + offset - zeroReference + bound)
        )
    }
}
