import Measures
import Timeline

/// Latencies of one way in one second. Its memory does not grow with their number: there are no more buckets than a
/// `LatencyTable` has.
struct WayTally {
    private(set) var count = 0
    private var least = Int64.max
    private var greatest = Int64.min
    private var bound: Int64 = 0
    /// How many fell into each bucket of a `LatencyTable`.
    private(set) var buckets: [Int: Int] = [:]

    /// Nanoseconds. No packet arrives before it left: what comes out below zero, by no more than its bound, is nearer to the
    /// truth as zero.
    mutating func add(_ latency: Int64, bound: Int64) {
        let latency = max(0, latency)
        count += 1
        least = min(least, latency)
        greatest = max(greatest, latency)
        self.bound = max(self.bound, bound)
        buckets[LatencyTable.bucket(of: latency), default: 0] += 1
    }

    /// Nil when nothing was added. Where each value is within a bound of its truth, so are the least, the median and the
    /// greatest within the widest; the median is known to its bucket besides, which the bound contains.
    var latency: RequestLatency? {
        guard count > 0 else { return nil }
        var seen = 0
        var middle = least...greatest
        for (bucket, number) in buckets.sorted(by: { $0.key < $1.key }) {
            seen += number
            guard seen >= (count + 1) / 2 else { continue }
            middle = LatencyTable.limits(ofBucket: bucket).clamped(to: middle)
            break
        }
        let median = middle.lowerBound + (middle.upperBound - middle.lowerBound) / 2
        return RequestLatency(
            count: count,
            least: Duration(nanoseconds: least),
            median: Duration(nanoseconds: median),
            greatest: Duration(nanoseconds: greatest),
            bound: Duration(nanoseconds: bound + (middle.upperBound - median))
        )
    }
}
