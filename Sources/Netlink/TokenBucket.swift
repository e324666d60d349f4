import CNetlink

/// A line that lets some bytes through at once after a pause. Like `tc qdisc add … tbf`.
package struct TokenBucket: Sendable, Hashable {
    package let bytesPerSecond: UInt64
    /// Bytes that may leave at once; a packet of more than these can never leave.
    package let burst: UInt32
    /// Bytes added to each packet's length.
    package let overhead: UInt16

    package init(bytesPerSecond: UInt64, burst: UInt32, overhead: UInt16 = 0) {
        self.bytesPerSecond = bytesPerSecond
        self.burst = burst
        self.overhead = overhead
    }

    /// `struct tc_tbf_qopt` (rate, peak rate, limit, buffer, mtu) and TCA_TBF_…: the burst in bytes overrides the buffer,
    /// which counts in ticks. The limit is that of the bytes below it, which a queue of its own replaces.
    var options: [UInt8] {
        let short = UInt32(clamping: bytesPerSecond)
        let rate: [UInt8] =
            [0, 1] + Attribute.bytes(overhead) + [0, 0, 0, 0] + Attribute.bytes(short)
        let peak = [UInt8](repeating: 0, count: 12)
        let rest: [UInt32] = [.max, 0, 0]
        var attributes = [
            Attribute(Int(TCA_TBF_PARMS), rate + peak + rest.flatMap { Attribute.bytes($0) }),
            Attribute(Int(TCA_TBF_BURST), burst),
        ]
        if bytesPerSecond >= UInt64(UInt32.max) {
            attributes.append(Attribute(Int(TCA_TBF_RATE64), bytesPerSecond))
        }
        return Attribute.encode(attributes)
    }
}
