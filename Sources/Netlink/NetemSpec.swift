package import Measures

/// What netem shall do to the packets of one class. Exact: times in nanoseconds, shares as 32-bit fractions.
///
/// Values that the kernel cannot hold are refused when the request is built, never cut.
package struct NetemSpec: Sendable, Hashable {
    /// Added to every packet; 0 to 292 years.
    package var latency: Duration
    /// Standard deviation (with a table) or half-width (uniform); at most 2.147 s, since the kernel keeps it in 31 bits.
    package var jitter: Duration
    package var distribution: DelayTable
    /// Of each delay with the one before.
    package var delayCorrelation: Share
    package var loss: LossModel
    package var duplicate: Share
    package var duplicateCorrelation: Share
    package var corrupt: Share
    package var corruptCorrelation: Share
    /// Share of the packets that overtake: sent at once while the others wait.
    package var reorder: Share
    package var reorderCorrelation: Share
    package var rate: LineRate?
    package var slots: SlotSpec?
    /// Seed of the kernel's generator (Linux 6.6; older kernels ignore it).
    package var seed: UInt64?
    /// Packets held at most; nil: computed, so that a delay never becomes a loss by overflow.
    package var limit: UInt32?

    package init(
        latency: Duration = .zero,
        jitter: Duration = .zero,
        distribution: DelayTable = .uniform,
        delayCorrelation: Share = .zero,
        loss: LossModel = .none,
        duplicate: Share = .zero,
        duplicateCorrelation: Share = .zero,
        corrupt: Share = .zero,
        corruptCorrelation: Share = .zero,
        reorder: Share = .zero,
        reorderCorrelation: Share = .zero,
        rate: LineRate? = nil,
        slots: SlotSpec? = nil,
        seed: UInt64? = nil,
        limit: UInt32? = nil
    ) {
        self.latency = latency
        self.jitter = jitter
        self.distribution = distribution
        self.delayCorrelation = delayCorrelation
        self.loss = loss
        self.duplicate = duplicate
        self.duplicateCorrelation = duplicateCorrelation
        self.corrupt = corrupt
        self.corruptCorrelation = corruptCorrelation
        self.reorder = reorder
        self.reorderCorrelation = reorderCorrelation
        self.rate = rate
        self.slots = slots
        self.seed = seed
        self.limit = limit
    }
}

/// How packets get lost.
package enum LossModel: Sendable, Hashable {
    case none
    case random(Share, correlation: Share = .zero)
    /// Gilbert-Elliott: two states. `toBad` is p, `toGood` r, the chances of leaving a state at each packet; a packet is
    /// lost with 1-h in the bad state and 1-k in the good one (Salsano, Ludovici, Ordine, "Definition of a general and
    /// intuitive loss model for packet networks", 2009).
    case gilbertElliott(toBad: Share, toGood: Share, lossInBad: Share = .one, lossInGood: Share = .zero)
    /// The four-state Markov model of the same paper: 1 received in a gap, 2 received in a burst, 3 lost in a burst,
    /// 4 lost alone; each share is the chance of that transition.
    case fourState(p13: Share, p31: Share, p32: Share, p23: Share, p14: Share)
}

/// The line that netem imitates.
package struct LineRate: Sendable, Hashable {
    /// At least 8.
    package let bitsPerSecond: UInt64
    /// Bytes added to (or taken from) each packet before its time is computed.
    package let packetOverhead: Int32

    package init(bitsPerSecond: UInt64, packetOverhead: Int32 = 0) {
        self.bitsPerSecond = bitsPerSecond
        self.packetOverhead = packetOverhead
    }
}

/// Packets leave in bunches, as on radio links.
package struct SlotSpec: Sendable, Hashable {
    /// Gap between two bunches, drawn evenly from this range.
    package let minimum: Duration
    package let maximum: Duration
    /// 0: no limit.
    package let packets: Int32
    package let bytes: Int32

    package init(minimum: Duration, maximum: Duration, packets: Int32 = 0, bytes: Int32 = 0) {
        self.minimum = minimum
        self.maximum = maximum
        self.packets = packets
        self.bytes = bytes
    }
}
