/// Where a host's operations stand on the axis that a history's times are of.
package enum HistoryClock: Sendable {
    /// All clients are on this host: its clock says what came before what, without doubt. Times count from this instant of
    /// CLOCK_MONOTONIC.
    case own(zero: Int64)
    /// Others are on other hosts. Limits of axis − local, nanoseconds, at an instant of CLOCK_MONOTONIC.
    case bounded(@Sendable (Int64) -> ClosedRange<Int64>)

    struct Span: Equatable {
        let start: Int64
        let end: Int64
        /// The operation began at or after `start` − bound and ended at or before `end` + bound, nanoseconds.
        let bound: Int64
    }

    func span(from start: Int64, to end: Int64) -> Span {
        switch self {
        case .own(let zero): return Span(start: start - zero, end: end - zero, bound: 0)
        case .bounded(let limits):
            let (first, last) = (limits(start), limits(end))
            let begun = start + Self.middle(first)
            return Span(
                start: begun,
                end: max(begun, end + Self.middle(last)),
                bound: max(Self.reach(first), Self.reach(last))
            )
        }
    }

    private static func middle(_ limits: ClosedRange<Int64>) -> Int64 {
        limits.lowerBound + (limits.upperBound - limits.lowerBound) / 2
    }

    /// From the middle to the farther limit.
    private static func reach(_ limits: ClosedRange<Int64>) -> Int64 {
        limits.upperBound - middle(limits)
    }
}
