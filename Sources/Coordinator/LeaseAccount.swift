import Measures

/// What a coordinator knows of a lease that an agent holds. Pure: times are CLOCK_MONOTONIC nanoseconds of the coordinator.
struct LeaseAccount: Equatable {
    let lease: Duration
    /// Of the run.
    let hosts: Int
    /// When the last renewal was answered: by then the agent had begun to count.
    private(set) var answeredAt: Int64

    init(lease: Duration, hosts: Int = 1, openedAt now: Int64) {
        self.lease = lease
        self.hosts = hosts
        answeredAt = now
    }

    mutating func renewed(answeredAt answered: Int64) {
        answeredAt = max(answeredAt, answered)
    }

    /// The agent has certainly healed: even if the last renewal reached it just before its answer left.
    func isOver(at now: Int64) -> Bool { now >= answeredAt + lease.nanoseconds }

    /// Three renewals fit into a lease, so that one that is lost does not end it; no more than one a second, nor of all hosts
    /// together more than a thousand.
    var interval: Duration { min(lease / 4, max(.seconds(1), .milliseconds(hosts))) }

    /// How long one renewal is waited for: of thousands of hosts longer, since connecting anew would add to what is late.
    var patience: Duration { min(max(lease / 2, .milliseconds(150)), max(.seconds(2), .milliseconds(hosts))) }
}
