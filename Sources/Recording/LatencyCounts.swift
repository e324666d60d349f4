/// The counts of a `LatencyHistogram`, for code that records on its way to something else: one table of fixed size, written
/// by one thread, at 2 ns a value. Values and their precision are the histogram's.
package struct LatencyCounts: ~Copyable {
    private let table: UnsafeMutablePointer<UInt32>
    private var greatest = 0
    private var most: UInt64 = 0

    package init() {
        table = .allocate(capacity: HistogramIndex.limit)
        table.initialize(repeating: 0, count: HistogramIndex.limit)
    }

    deinit { table.deallocate() }

    /// Negative times count as zero, times beyond an hour as an hour.
    @inline(__always)
    package mutating func record(nanoseconds: Int64) {
        let value = UInt64(min(max(0, nanoseconds), Int64(LatencyHistogram.highest)))
        let index = HistogramIndex.index(of: value)
        table[index] &+= 1
        if index > greatest { greatest = index }
        if value > most { most = value }
    }

    /// See `LatencyHistogram.record(_: Exchange)`.
    package mutating func record(_ exchange: Exchange) {
        record(nanoseconds: LatencyHistogram.responseTime(exchange))
    }

    /// Forgets what was recorded, without making a histogram of it.
    package mutating func clear() {
        table.update(repeating: 0, count: greatest + 1)
        greatest = 0
        most = 0
    }

    /// What was recorded since the last time; the greatest value is exact.
    package mutating func take() -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for index in 0...greatest where table[index] > 0 {
            // The one greatest value stands for itself.
            let isLast = index == greatest
            histogram.add(UInt64(table[index]) - (isLast ? 1 : 0), at: index)
            if isLast { histogram.record(nanoseconds: Int64(most)) }
            table[index] = 0
        }
        greatest = 0
        most = 0
        return histogram
    }
}
