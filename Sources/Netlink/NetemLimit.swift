import Impairments
import Measures

extension NetemSpec {
    /// Packets that netem must be able to hold, so that none is lost for want of room while it is delayed.
    ///
    /// held ≤ λ · (latency + s · jitter), with λ packets a second: of the shaped line, rate / (8 · 64 bytes), otherwise of
    /// 10 Gbit/s in smallest frames (14.88 million a second, IEEE 802.3: 64 bytes + 20 of gap and preamble); s = 4, the
    /// greatest deviation that a table can express (32 767 / 8192). A rate alone also queues, and what queues there is
    /// meant to be lost at some point: so many packets are kept for it as the rate's limit says, or 1000, the kernel's own
    /// default. The limit reserves no memory.
    package var computedLimit: UInt32 {
        if let limit { return limit }
        let longest =
            impairment.latency.seconds + 4 * impairment.jitter.seconds
            + (impairment.slots?.maximum.seconds ?? 0)
        let lineRate = impairment.rate.map { Double($0.bitsPerSecond) / (8 * 64) }
        let packets = (lineRate ?? 14_880_952) * max(0, longest)
        // Above 2^31 the kernel's own counters would be the limit.
        let waiting = min(impairment.rate?.limit ?? 1000, 2_000_000_000)
        return waiting + UInt32(min(packets.rounded(.up), 2_000_000_000))
    }
}
