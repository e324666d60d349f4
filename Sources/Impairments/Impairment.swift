package import Measures

/// What happens to the packets that a fault takes hold of, whichever backend does it. Each part means what netem means by
/// it (tc-netem(8), net/sched/sch_netem.c), so that one experiment is one experiment on every kernel. Exact: times in
/// nanoseconds, shares as decimals.
///
/// In netem's order: a packet may be duplicated, may get lost, may be corrupted; then its delay is drawn, unless it is one
/// of those that overtake; then it waits for the line, and for its slot.
package struct Impairment: Sendable, Hashable, Codable {
    /// Added to every packet; at least 0.
    package var latency: Duration
    /// Half-width (uniform) or scale of the table (normal: the standard deviation); 0 to 2.147 s, netem's 31 bits.
    package var jitter: Duration
    package var distribution: DelayDistribution
    /// How much each draw of the delay leans on the one before, see `Chance.correlation`.
    package var delayCorrelation: Share
    package var reordering: Reordering?
    package var loss: LossModel
    package var duplicate: Chance
    /// One bit, somewhere in the packet, is flipped.
    package var corrupt: Chance
    package var rate: LineRate?
    package var slots: Slots?

    package init(
        latency: Duration = .zero,
        jitter: Duration = .zero,
        distribution: DelayDistribution = .uniform,
        delayCorrelation: Share = .zero,
        reordering: Reordering? = nil,
        loss: LossModel = .none,
        duplicate: Chance = .never,
        corrupt: Chance = .never,
        rate: LineRate? = nil,
        slots: Slots? = nil
    ) {
        self.latency = latency
        self.jitter = jitter
        self.distribution = distribution
        self.delayCorrelation = delayCorrelation
        self.reordering = reordering
        self.loss = loss
        self.duplicate = duplicate
        self.corrupt = corrupt
        self.rate = rate
        self.slots = slots
    }

    /// The longest that a packet is held for its delay alone, without what it waits for a line.
    package var longestDelay: Duration {
        let spread = distribution == .uniform ? jitter : jitter * 4
        return latency + spread + (slots?.maximum ?? .zero)
    }

    /// Packets held at most before the next is lost, where there is a rate: as asked, otherwise as many of 64 bytes as the
    /// line takes in the longest delay, and 1000 more, netem's own default. nil without a rate, since nothing is then to
    /// be lost for want of room.
    package var packetLimit: UInt32? {
        guard let rate else { return nil }
        if let limit = rate.limit { return limit }
        let delayed = longestDelay.seconds * Double(rate.bitsPerSecond) / (8 * 64)
        return 1000 + UInt32(min(max(0, delayed).rounded(.up), 2_000_000_000))
    }
}
