import Measures

/// What a coordinator knows of a lease that an agent holds. Pure: times are CLOCK_MONOTONIC nanoseconds of the coordinator.
struct LeaseAccount: Equatable {
    let lease: Duration
    /// When the last renewal was answered: by then the agent had begun to count.
    private(set) var answeredAt: Int64

    init(lease: Duration, openedAt now: Int64) {
        self.lease = lease
        answeredAt = now
    }

    mutating func renewed(answeredAt answered: Int64) {
        answeredAt = max(answeredAt, answered)
    }

    /// The agent has certainly healed: even if the last renewal reached it just before its answer left.
    func isOver(at now: Int64) -> Bool { now >= answeredAt + lease.nanoseconds }

    /// Three renewals fit into a lease, so that one that is lost does not end it; no more than one a second.
    var interval: Duration { min(lease / 4, .seconds(1)) }

    /// How long one renewal is waited for.
    var patience: Duration { min(max(lease / 2, .milliseconds(150)), .seconds(2)) }
}
