import CNetlink
import Impairments
import Measures

/// netem's options on the wire: the one place that knows them. libnl-route lacks 64-bit times, rates, loss models, slots
/// and seeds, so they are written by hand. C: `tc_netem_qopt` and TCA_NETEM_… of <linux/pkt_sched.h>.
enum NetemAttributes {
    /// TCA_OPTIONS: the fixed struct (24 bytes), then attributes.
    static func options(_ netem: NetemSpec, operation: String) throws(NetlinkError) -> [UInt8] {
        let spec = netem.impairment
        try check(netem, operation)
        let latency = spec.latency.nanoseconds
        let jitter = spec.jitter.nanoseconds
        var loss = Share.zero
        var lossCorrelation = Share.zero
        var model: Attribute?
        switch spec.loss {
        case .none: break
        case .random(let share, let correlation): (loss, lossCorrelation) = (share, correlation)
        case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
            // The kernel takes h, the chance to get through in the bad state.
            let h = UInt32.max - lossInBad.scaled32
            model = lossModel(NETEM_LOSS_GE, [toBad.scaled32, toGood.scaled32, h, lossInGood.scaled32])
        case .fourState(let p13, let p31, let p32, let p23, let p14):
            model = lossModel(NETEM_LOSS_GI, [p13, p31, p32, p14, p23].map(\.scaled32))
        }

        var bytes = words([
            ticks(latency), netem.computedLimit, loss.scaled32, spec.reordering?.gap ?? 0,
            spec.duplicate.share.scaled32, ticks(jitter),
        ])
        var attributes: [Attribute] = []
        if latency > 0 { attributes.append(Attribute(Int(TCA_NETEM_LATENCY64), latency)) }
        if jitter > 0 { attributes.append(Attribute(Int(TCA_NETEM_JITTER64), jitter)) }
        let correlations = [spec.delayCorrelation, lossCorrelation, spec.duplicate.correlation]
        if correlations != [.zero, .zero, .zero] {
            attributes.append(Attribute(Int(TCA_NETEM_CORR), words(correlations.map(\.scaled32))))
        }
        if let reordering = spec.reordering {
            let pair = words([reordering.share.scaled32, reordering.correlation.scaled32])
            attributes.append(Attribute(Int(TCA_NETEM_REORDER), pair))
        }
        if spec.corrupt != .never {
            let pair = words([spec.corrupt.share.scaled32, spec.corrupt.correlation.scaled32])
            attributes.append(Attribute(Int(TCA_NETEM_CORRUPT), pair))
        }
        if let model { attributes.append(model) }
        if let rate = spec.rate { attributes += self.rate(rate) }
        if let slots = spec.slots { attributes.append(slot(slots)) }
        if let seed = netem.seed { attributes.append(Attribute(prngSeed, seed)) }
        if jitter > 0, let entries = spec.distribution.entries {
            let table = entries.flatMap { Attribute.bytes($0) }
            attributes.append(Attribute(Int(TCA_NETEM_DELAY_DIST), table))
        }
        bytes += Attribute.encode(attributes)
        return bytes
    }

    /// TCA_NETEM_PRNG_SEED, newer than the headers of Debian 12.
    private static let prngSeed = 14

    /// The kernel's old unit, 64 ns (PSCHED_SHIFT 6), nearest and saturating; the 64-bit attribute says it exactly.
    private static func ticks(_ nanoseconds: Int64) -> UInt32 {
        UInt32(clamping: nanoseconds / 64 + (nanoseconds % 64 >= 32 ? 1 : 0))
    }

    private static func lossModel(_ type: some BinaryInteger, _ shares: [UInt32]) -> Attribute {
        Attribute(Int(TCA_NETEM_LOSS), nested: [Attribute(Int(type), words(shares))])
    }

    /// `tc_netem_rate`: rate, overhead, cell size, cell overhead; the rate in 32 bits and, where these do not reach, in 64.
    ///
    /// The kernel counts bytes a second, so that bits are exact only in eights. Cells make up for it: it takes a packet for
    /// cells · (size + overhead) bytes long, so with cells of 1 byte and k more, each packet is 1 + k times as long for it,
    /// and 1 + k times the rate is the same line: 999 500 bit/s are 124 937.5 bytes, twice that is 249 875.
    private static func rate(_ rate: LineRate) -> [Attribute] {
        let stretch = 8 / (UInt64(1) << min(rate.bitsPerSecond.trailingZeroBitCount, 3))
        let bytes = rate.bitsPerSecond / (8 / stretch)
        let cells: [UInt32] = stretch == 1 ? [0, 0] : [1, UInt32(stretch - 1)]
        let short = words([UInt32(clamping: bytes), UInt32(bitPattern: rate.packetOverhead)] + cells)
        let attribute = Attribute(Int(TCA_NETEM_RATE), short)
        return bytes < UInt64(UInt32.max)
            ? [attribute] : [Attribute(Int(TCA_NETEM_RATE64), bytes), attribute]
    }

    /// `tc_netem_slot`: gaps, then limits, then a distribution that is not used.
    private static func slot(_ slots: Slots) -> Attribute {
        let gaps = Attribute.bytes(slots.minimum.nanoseconds) + Attribute.bytes(slots.maximum.nanoseconds)
        let limits = Attribute.bytes(slots.packets) + Attribute.bytes(slots.bytes)
        return Attribute(Int(TCA_NETEM_SLOT), gaps + limits + [UInt8](repeating: 0, count: 16))
    }

    private static func words(_ values: [UInt32]) -> [UInt8] {
        values.flatMap { Attribute.bytes($0) }
    }

    private static func check(_ netem: NetemSpec, _ operation: String) throws(NetlinkError) {
        let spec = netem.impairment
        func refuse(_ reason: String) -> NetlinkError { NetlinkError(operation, refused: reason) }
        if spec.latency < .zero || spec.jitter < .zero { throw refuse("a delay cannot be negative") }
        if spec.jitter.nanoseconds > Int64(Int32.max) {
            throw refuse("jitter \(spec.jitter.text) is more than the kernel can hold, 2.147 s")
        }
        if let entries = spec.distribution.entries, !(1...16384).contains(entries.count) {
            throw refuse("a distribution has 1 to 16384 entries, not \(entries.count)")
        }
        if spec.reordering != nil, spec.latency == .zero {
            throw refuse("reordering needs a latency: without one nothing can be overtaken")
        }
        if let rate = spec.rate, rate.bitsPerSecond < 1 { throw refuse("a rate is at least 1 bit a second") }
        if let slots = spec.slots, slots.minimum < .zero || slots.maximum < slots.minimum {
            throw refuse("slots need 0 ≤ minimum ≤ maximum")
        }
        if netem.limit == 0 { throw refuse("a limit of 0 packets loses everything") }
    }
}
