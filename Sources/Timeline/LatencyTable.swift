import Measures

/// Counts of latencies in log-linear buckets: 128 to an octave, so a value is known to 0.8 %; merges without loss;
/// fixed size. Values from 0 to 2^42 ns (73 min); longer ones fall into the last bucket.
package struct LatencyTable: Sendable, Equatable {
    package private(set) var count = 0
    fileprivate(set) var buckets: [Int32] = []

    package init() {}

    package mutating func record(_ latency: Duration) {
        record(nanoseconds: latency.nanoseconds)
    }

    package mutating func record(nanoseconds: Int64) {
        let index = Self.bucket(of: nanoseconds)
        if index >= buckets.count {
            buckets.append(contentsOf: repeatElement(0, count: index + 1 - buckets.count))
        }
        buckets[index] += 1
        count += 1
    }

    package mutating func merge(_ other: LatencyTable) {
        if other.buckets.count > buckets.count {
            buckets.append(contentsOf: repeatElement(0, count: other.buckets.count - buckets.count))
        }
        for (index, value) in other.buckets.enumerated() { buckets[index] += value }
        count += other.count
    }

    /// How many are certainly or possibly at most this: whole buckets up to the one that holds `limit`.
    package func count(atMost limit: Duration) -> Int {
        let last = min(Self.bucket(of: limit.nanoseconds), buckets.count - 1)
        guard last >= 0 else { return 0 }
        return buckets[0...last].reduce(0) { $0 + Int($1) }
    }

    /// How many are certainly at most this: whole buckets that end at `limit` or below.
    package func count(certainlyAtMost limit: Duration) -> Int {
        let index = Self.bucket(of: limit.nanoseconds)
        let ends = Self.lowest(of: index + 1) - 1 <= limit.nanoseconds
        let last = min(ends ? index : index - 1, buckets.count - 1)
        guard last >= 0 else { return 0 }
        return buckets[0...last].reduce(0) { $0 + Int($1) }
    }

    /// Without the values of `part`, which must have been recorded here as well.
    package func removing(_ part: LatencyTable) -> LatencyTable {
        var rest = self
        for (index, value) in part.buckets.enumerated() where index < rest.buckets.count {
            let taken = min(value, rest.buckets[index])
            rest.buckets[index] -= taken
            rest.count -= Int(taken)
        }
        return rest
    }

    /// Bounds of the bucket that holds the value of this rank (1 is the smallest); nil above `count`.
    package func bounds(ofRank rank: Int) -> ClosedRange<Duration>? {
        guard rank >= 1, rank <= count else { return nil }
        var seen = 0
        for (index, value) in buckets.enumerated() where value > 0 {
            seen += Int(value)
            guard seen >= rank else { continue }
            return Duration(
                nanoseconds: Self.lowest(of: index)
            )...Duration(nanoseconds: Self.lowest(of: index + 1) - 1)
        }
        return nil
    }

    /// Bounds of the value that this share of `total` does not exceed, by nearest rank, where what is not recorded here
    /// counts as infinite; nil: infinite, or there are none.
    ///
    /// - Parameters:
    ///   - quantile: above 0 to 1.
    ///   - total: nil: those that are recorded.
    package func bounds(atQuantile quantile: Double, of total: Int? = nil) -> ClosedRange<Duration>? {
        let total = total ?? count
        return bounds(ofRank: max(1, min(total, Int((Double(total) * quantile).rounded(.up)))))
    }

    /// Smallest bucket with values, greatest, for scales.
    package var range: ClosedRange<Duration>? {
        guard let low = bounds(ofRank: 1), let high = bounds(ofRank: count) else { return nil }
        return low.lowerBound...high.upperBound
    }

    private static let subBits = 7

    /// Below 2^8 one bucket a nanosecond, then 128 to an octave.
    package static func bucket(of nanoseconds: Int64) -> Int {
        let value = UInt64(clamping: max(0, min(nanoseconds, (1 << 42) - 1)))
        guard value >= 1 << (subBits + 1) else { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - subBits
        return (shift << subBits) + Int(value >> UInt64(shift))
    }

    /// Nanoseconds that fall into it; the last has no end.
    package static func limits(ofBucket bucket: Int) -> ClosedRange<Int64> {
        lowest(of: bucket)...(bucket < Self.bucket(of: .max) ? lowest(of: bucket + 1) - 1 : .max)
    }

    private static func lowest(of index: Int) -> Int64 {
        guard index >= 1 << (subBits + 1) else { return Int64(index) }
        let shift = (index >> subBits) - 1
        let mantissa = (index & ((1 << subBits) - 1)) + (1 << subBits)
        return Int64(mantissa) << Int64(shift)
    }
}
