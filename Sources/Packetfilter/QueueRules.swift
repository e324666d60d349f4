extension PacketRule {
    /// Rules for a chain in postrouting, priority `FilterChain.lastPriority`, that hand what this host sends to a queue so
    /// that the sender is as free as if the packets had left.
    ///
    /// A packet of a local socket that waits in a queue still counts as unsent: TCP keeps no more than two such segments
    /// (TCP small queues), and UDP blocks when its send buffer is full. 100 KB then take 3 s through 100 ms of delay
    /// instead of 0.4 s. netem cuts the tie to the socket; here a copy without socket is queued, and the packet itself
    /// vanishes as a sent one does. Seven bits of the mark say for which queue a copy was made; they are taken off before
    /// it is queued. A packet that has other bits there passes. The copy is untracked, and its original ends before
    /// conntrack confirms a new connection: not for hosts with stateful rules.
    ///
    /// The copy is known by its mark alone: it has no socket, so that no user or cgroup would match.
    ///
    /// Not `byCopies`: the packets themselves are held, and still count as unsent. That is before conntrack confirms a new
    /// connection, so of the first packets of one ICMP flow, sent within one latency, conntrack drops all but one.
    /// `twins`: with those of `PacketRule.twins`.
    package static func holding(
        _ matches: [PacketMatch],
        queue: UInt16,
        byCopies: Bool,
        twins: Bool = false,
        comment: String? = nil
    ) -> [PacketRule] {
        let first = twins ? Self.twins(queue: queue, leaving: true, comment: comment) : []
        guard byCopies else { return first + queueing(matches, queue, comment) }
        return first + [PacketRule(verdict: .queueCopy(number: queue), comment: comment)]
            + matches.map { PacketRule(match: $0, verdict: .copyAndVanish(queue: queue), comment: comment) }
    }

    /// Rules for a chain in prerouting, priority `FilterChain.firstPriority`, that hand what arrives to a queue. There is no
    /// socket yet and no connection, so the packets themselves are held.
    package static func holdingArrivals(
        _ matches: [PacketMatch],
        queue: UInt16,
        twins: Bool = false,
        comment: String? = nil
    ) -> [PacketRule] {
        let first = twins ? Self.twins(queue: queue, leaving: false, comment: comment) : []
        return first + queueing(matches, queue, comment)
    }

    private static func queueing(_ matches: [PacketMatch], _ queue: UInt16, _ comment: String?)
        -> [PacketRule]
    {
        matches.map {
            PacketRule(match: $0, verdict: .queue(number: queue, bypass: true), comment: comment)
        }
    }

    /// Rules that come before those that queue, in the same chain, where a packet of the queue may become two: the verdict
    /// `repeat` with the mark `QueueMark.wanted` brings it here, and it and a copy of it are queued with `QueueMark.twin`
    /// still on them. With a window that is over, the packet goes on, alone. `leaving`: in postrouting, where the
    /// interface is known; in prerouting the copy comes in once more, by the loopback, with one hop less.
    package static func twins(queue: UInt16, leaving: Bool, comment: String? = nil) -> [PacketRule] {
        [PacketVerdict.queueTwin(number: queue), .makeTwin(queue: queue, leaving: leaving)].map {
            PacketRule(counter: false, verdict: $0, comment: comment)
        }
    }
}

extension FilterChain {
    /// Before everything else that happens to what arrives, connection tracking and defragmentation too; a later fault
    /// after an earlier one, as with `lastPriority`.
    package static func firstPriority(queue: UInt16) -> Int32 { .min + 100_000 + Int32(queue) }
}
