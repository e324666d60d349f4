/// When each packet has gone through a slower line. Exact: instants are fractions with the rate as denominator, so that
/// what is rounded off one packet's nanoseconds is given to the next, and 999.5 kbit/s are that after any number of packets.
///
/// Without a burst, as netem: a packet begins when it is there and the one before it is through, and takes
/// (length + overhead) · 8 / rate. With a burst, as tbf: a bucket of `burst` bytes fills at the rate, and a packet leaves
/// once the bucket holds its length; one that is longer than the bucket waits until it is full.
package struct LinePacer: Sendable {
    private let rate: UInt64
    private let burst: UInt64
    private let overhead: Int64
    /// Without burst: when the last packet is through. With: when the bucket is full. Nanoseconds, and 1/rate of one.
    private var freeAt = Int64.min
    private var freeAtParts: UInt64 = 0
    private var latest = Int64.min

    package init(_ line: LineRate) {
        rate = max(1, line.bitsPerSecond)
        burst = UInt64(line.burst)
        overhead = Int64(line.packetOverhead)
    }

    /// A packet of this length (bytes on the line) is there at this instant; when it leaves, in nanoseconds rounded down.
    package mutating func pass(length: UInt32, at instant: Int64) -> Int64 {
        let size = UInt64(max(0, Int64(length) + overhead))
        if freeAt < instant { (freeAt, freeAtParts) = (instant, 0) }
        guard burst > 0 else {
            take(size)
            return freeAt
        }
        // The bucket lacks what it fills until freeAt; of that, this packet can do without burst - size bytes.
        let (spare, spareParts) = time(burst - min(size, burst))
        let leaves = max(instant, latest, freeAt - spare + (freeAtParts > spareParts ? 1 : 0))
        if freeAt < leaves { (freeAt, freeAtParts) = (leaves, 0) }
        take(size)
        latest = leaves
        return leaves
    }

    private mutating func take(_ bytes: UInt64) {
        let (whole, parts) = time(bytes)
        freeAt += whole
        freeAtParts += parts
        if freeAtParts >= rate {
            freeAtParts -= rate
            freeAt += 1
        }
    }

    /// bytes · 8 · 10^9 / rate in nanoseconds, and the remainder.
    private func time(_ bytes: UInt64) -> (Int64, UInt64) {
        let (high, low) = (bytes * 8).multipliedFullWidth(by: 1_000_000_000)
        guard high < rate else { return (.max / 4, 0) }
        let (quotient, remainder) = rate.dividingFullWidth((high, low))
        return (Int64(clamping: min(quotient, UInt64(Int64.max / 4))), remainder)
    }
}
