/// A line that is slower than the real one: each packet takes (length + overhead) · 8 / rate seconds of it.
package struct LineRate: Sendable, Hashable, Codable {
    /// Exact to the bit; at least 8.
    package var bitsPerSecond: UInt64
    /// Bytes that may leave at once after a pause (token bucket, as tbf's burst); 0: none, each packet takes its time.
    package var burst: UInt32
    /// Packets that wait for the line at most; what comes then is lost silently. nil: computed from rate and delay.
    package var limit: UInt32?
    /// Bytes added to (or taken from) each packet's length before its time is computed.
    package var packetOverhead: Int32

    package init(bitsPerSecond: UInt64, burst: UInt32 = 0, limit: UInt32? = nil, packetOverhead: Int32 = 0) {
        self.bitsPerSecond = bitsPerSecond
        self.burst = burst
        self.limit = limit
        self.packetOverhead = packetOverhead
    }
}
