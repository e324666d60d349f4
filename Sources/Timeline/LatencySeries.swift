import Measures

/// Response times in a row of slices, ready to be put together again in other orders: sums up to each slice and each bucket, so
/// that a quantile of any ranges of slices is found in a few steps.
package struct LatencySeries: Sendable {
    /// Slices in each stretch of time without a gap.
    package let lengths: [Int]
    /// Of a slice; of the widest, where they differ.
    package let width: Duration
    /// Requests due before each slice, and after the last.
    private let due: [Int]
    /// served[slice × (buckets + 1) + bucket]: those before this slice in buckets before this one.
    private let served: [Int32]
    private let columns: Int

    init(_ parts: [(due: Int, served: LatencyTable)], lengths: [Int], width: Duration) {
        self.lengths = lengths
        self.width = width
        let buckets = parts.map(\.served.buckets.count).max() ?? 0
        let columns = buckets + 1
        var due = [0]
        var served = Array(repeating: Int32(0), count: columns * (parts.count + 1))
        for (index, part) in parts.enumerated() {
            due.append(due[index] + part.due)
            var sum: Int32 = 0
            for bucket in 0..<buckets {
                if bucket < part.served.buckets.count { sum += part.served.buckets[bucket] }
                served[(index + 1) * columns + bucket + 1] = served[index * columns + bucket + 1] + sum
            }
        }
        self.due = due
        self.served = served
        self.columns = columns
    }

    package var slices: Int { due.count - 1 }

    package func due(in ranges: [Range<Int>]) -> Int {
        ranges.reduce(0) { $0 + due[$1.upperBound] - due[$1.lowerBound] }
    }

    /// The value of this rank (1 the smallest) among the requests of these slices, those not answered well being infinite;
    /// nanoseconds, the least and the greatest of its bucket.
    package func value(ofRank rank: Int, in ranges: [Range<Int>]) -> (least: Double, greatest: Double) {
        guard count(before: columns - 1, in: ranges) >= rank else { return (.infinity, .infinity) }
        var low = 0
        var high = columns - 2
        while low < high {
            let middle = (low + high) / 2
            if count(before: middle + 1, in: ranges) >= rank { high = middle } else { low = middle + 1 }
        }
        let limits = LatencyTable.limits(ofBucket: low)
        return (Double(limits.lowerBound), Double(limits.upperBound))
    }

    private func count(before bucket: Int, in ranges: [Range<Int>]) -> Int {
        ranges.reduce(0) { sum, range in
            sum
                + Int(
                    served[range.upperBound * columns + bucket] - served[range.lowerBound * columns + bucket]
                )
        }
    }
}
