import Synchronization

/// How long this agent may act without hearing from the coordinator. Pure: times are CLOCK_MONOTONIC nanoseconds of this
/// host, given by the caller.
struct Lease: Equatable {
    let nanoseconds: Int64
    private(set) var until: Int64

    init(nanoseconds: Int64, now: Int64) {
        self.nanoseconds = nanoseconds
        self.until = now + nanoseconds
    }

    /// Moves the end forward, never back.
    mutating func renew(now: Int64) {
        until = max(until, now + nanoseconds)
    }

    func isExpired(now: Int64) -> Bool { now >= until }
}

/// A lease's end, for threads that may not wait for the session.
final class LeaseEnd: Sendable {
    private let until = Atomic<Int64>(.min)

    func move(to instant: Int64) { until.store(instant, ordering: .releasing) }
    func isOver(at now: Int64) -> Bool { now >= until.load(ordering: .acquiring) }
}
