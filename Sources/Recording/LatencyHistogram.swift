import Histogram
import Measures

/// HdrHistogram of times in nanoseconds: told apart from 1 µs (512 ns buckets) up to 1 h, 3 significant digits, so a
/// value is known to 0.1 %. Merges without loss; about 200 kB whatever it holds. This one configuration everywhere:
/// histograms of all agents and seconds can be added.
package struct LatencyHistogram: Sendable {
    /// Nanoseconds.
    package static var lowest: UInt64 { 1_000 }
    package static var highest: UInt64 { 3_600_000_000_000 }
    package static let significantDigits = 3

    private var histogram = Histogram<UInt64>(
        lowestDiscernibleValue: LatencyHistogram.lowest,
        highestTrackableValue: LatencyHistogram.highest,
        numberOfSignificantValueDigits: .three
    )

    package init() {}

    package var count: Int { Int(clamping: histogram.totalCount) }
    /// Greatest value recorded, exact when it was recorded here, to 0.1 % when it came by `decode`; zero when empty.
    package var max: Duration {
        Duration(nanoseconds: Int64(clamping: count == 0 ? 0 : histogram.maxRecorded))
    }

    /// Negative times count as zero, times beyond an hour as an hour.
    package mutating func record(nanoseconds: Int64) {
        histogram.record(min(UInt64(clamping: nanoseconds), Self.highest))
    }

    package mutating func record(_ time: Duration) {
        record(nanoseconds: time.nanoseconds)
    }

    /// The response time of an exchange; one without a whole answer counts as an hour, which stands for "never": left
    /// out, it would make a broken target look fast.
    package mutating func record(_ exchange: Exchange) {
        record(nanoseconds: Self.responseTime(exchange))
    }

    static func responseTime(_ exchange: Exchange) -> Int64 {
        guard exchange.outcome.certainty == .answered else { return Int64(highest) }
        return exchange.done.nanoseconds &- exchange.intended.nanoseconds
    }

    package mutating func merge(_ other: LatencyHistogram) {
        histogram.add(other.histogram)
    }

    /// The smallest recorded value that at least this share of all values does not exceed, to 0.1 %; zero when empty.
    /// - Parameter quantile: 0 to 1, clamped.
    package func value(atQuantile quantile: Double) -> Duration {
        guard count > 0 else { return .zero }
        return Duration(
            nanoseconds: Int64(
                clamping: histogram.valueAtPercentile(Swift.min(1, Swift.max(0, quantile)) * 100)
            )
        )
    }

    /// Counts in the order of HdrHistogram's index, up to the bucket of the greatest value.
    var counts: [UInt64] {
        guard count > 0 else { return [] }
        return (0...HistogramIndex.index(of: histogram.maxRecorded)).map {
            histogram.countForValue(HistogramIndex.lowest(of: $0))
        }
    }

    mutating func add(_ count: UInt64, at index: Int) {
        histogram.record(HistogramIndex.lowest(of: index), count: count)
    }
}

/// Where HdrHistogram keeps a value, for the one configuration of `LatencyHistogram`: 2^9 ns units, 2048 sub-buckets in
/// the first bucket and 1024 in each further one. The same arithmetic as HdrHistogram's `countsArrayIndex`.
enum HistogramIndex {
    static var unitMagnitude: Int { 9 }
    static var halfMagnitude: Int { 10 }
    /// Indices 0 ..< limit are those of values up to `LatencyHistogram.highest`.
    static let limit = index(of: LatencyHistogram.highest) + 1

    @inline(__always)
    static func index(of value: UInt64) -> Int {
        let units = Int(value >> UInt64(unitMagnitude))
        let bucket = max(0, Int.bitWidth - units.leadingZeroBitCount - halfMagnitude - 1)
        return (bucket << halfMagnitude) + (units >> bucket)
    }

    static func lowest(of index: Int) -> UInt64 {
        let bucket = max(0, (index >> halfMagnitude) - 1)
        return UInt64(index - (bucket << halfMagnitude)) << UInt64(bucket + unitMagnitude)
    }
}
