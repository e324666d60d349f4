import Impairments

extension NetemSpec {
    /// What it takes to do all that is asked, from the outermost inwards: netem, and for a line with a burst a token bucket
    /// with a queue of its own below it.
    package var qdiscs: [Qdisc] {
        guard let rate = impairment.rate, rate.burst > 0 else { return [.netem(self)] }
        let bucket = TokenBucket(
            bytesPerSecond: rate.bitsPerSecond / 8,
            burst: rate.burst,
            overhead: UInt16(clamping: rate.packetOverhead)
        )
        var rest = self
        rest.impairment.rate = nil
        let line: [Qdisc] = [.tokenBucket(bucket), .packetQueue(limit: rate.limit ?? 1000)]
        return rest.impairment == Impairment() ? line : [.netem(rest)] + line
    }

    /// Why these qdiscs would not do exactly what is asked; nil: they do. `mtu`: of the interface, in bytes.
    package func inexactness(mtu: Int) -> String? {
        guard let rate = impairment.rate, rate.burst > 0 else { return nil }
        if !rate.bitsPerSecond.isMultiple(of: 8) {
            return "a token bucket counts bytes, and \(rate.bitsPerSecond) bit/s are no whole number of them"
        }
        if !(0...65_535).contains(rate.packetOverhead) {
            return "a token bucket takes overheads of 0 to 65535 bytes, not \(rate.packetOverhead)"
        }
        // With the Ethernet header.
        if rate.burst < UInt32(clamping: mtu + 14) {
            return "through a burst of \(rate.burst) bytes no packet of \(mtu + 14) bytes would ever pass"
        }
        return nil
    }
}
