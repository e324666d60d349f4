/// When an engine is asked again for a container that has ended: soon at first, since most are back within seconds, and ever
/// more rarely, since some engines are API servers that all nodes of a cluster ask. Times are CLOCK_MONOTONIC nanoseconds.
struct SearchPace: Equatable {
    private let since: Int64
    private var next: Int64

    /// One that is back is found at most this part of its absence late.
    private static let part: Int64 = 5
    private static let rarest: Int64 = 5_000_000_000

    init(since now: Int64) {
        (since, next) = (now, now)
    }

    /// Whether to ask now; true at once for the first time. The next time is a fifth of the absence later, 5 s at most, and
    /// never before the caller comes again.
    mutating func isDue(at now: Int64) -> Bool {
        guard now >= next else { return false }
        next = now + min(Self.rarest, (now - since) / Self.part)
        return true
    }
}
