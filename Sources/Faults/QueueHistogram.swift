import Measures

/// Counts of nanoseconds in buckets that are at most 1/32 wide relative to their value; 12 KB, nothing allocated after
/// init.
package struct QueueHistogram: Sendable {
    private var counts = [UInt64](repeating: 0, count: 48 * 32)
    package private(set) var count: UInt64 = 0
    package private(set) var maximum: Int64 = 0
    private var sum: Double = 0

    package init() {}

    /// Negative values count as 0.
    package mutating func record(_ nanoseconds: Int64) {
        let value = max(0, nanoseconds)
        counts[min(Self.bucket(value), counts.count - 1)] += 1
        count += 1
        sum += Double(value)
        maximum = max(maximum, value)
    }

    /// nil when nothing was recorded.
    package var mean: Duration? { count == 0 ? nil : Duration(nanoseconds: Int64(sum / Double(count))) }

    /// The smallest value that at least this part (0 to 1) of all values do not exceed, rounded up by at most 1/32; nil
    /// when nothing was recorded.
    package func quantile(_ part: Double) -> Duration? {
        guard count > 0 else { return nil }
        let rank = max(1, UInt64((Double(count) * min(max(part, 0), 1)).rounded(.up)))
        var seen: UInt64 = 0
        for (bucket, number) in counts.enumerated() {
            seen += number
            if seen >= rank { return Duration(nanoseconds: min(Self.upperEdge(bucket), maximum)) }
        }
        return Duration(nanoseconds: maximum)
    }

    /// Below 32 each value has its own; above, 32 to the octave.
    private static func bucket(_ value: Int64) -> Int {
        guard value >= 32 else { return Int(value) }
        let octave = 63 - value.leadingZeroBitCount
        return (octave - 4) * 32 + Int((value >> (octave - 5)) & 31)
    }

    private static func upperEdge(_ bucket: Int) -> Int64 {
        guard bucket >= 32 else { return Int64(bucket) }
        let octave = bucket / 32 + 4
        return (Int64(32 + bucket % 32 + 1) << (octave - 5)) - 1
    }
}
