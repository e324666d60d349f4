import Measures
package import Recording
package import Timeline

/// A run as a table of seconds, for a spreadsheet or a script: RFC 4180, with a header, times in milliseconds.
///
/// due and good count requests by their intended start; answers and their times (from the intended start) are counted in
/// the interval in which they came. A request without an answer counts as 3 600 000 ms.
package struct SecondsCSV: Sendable {
    package let text: String

    /// `intervals`: of latency.hlog.
    package init(_ timeline: Timeline, intervals: [HistogramLog.Entry]) {
        var lines = ["load,second,due,good,ended,p50_ms,p90_ms,p99_ms,p99.9_ms,max_ms"]
        for load in timeline.loads {
            var ended: [Int64: LatencyHistogram] = [:]
            for entry in intervals where entry.load == load.name {
                ended[entry.start.nanoseconds / 1_000_000_000, default: LatencyHistogram()]
                    .merge(entry.histogram)
            }
            var due: [Int64: Slice] = [:]
            for slice in load.slices { due[slice.start.nanoseconds / 1_000_000_000] = slice }
            for second in Set(ended.keys).union(due.keys).sorted() {
                lines.append(Self.line(load.name, second, due[second], ended[second]))
            }
        }
        text = lines.joined(separator: "\r\n") + "\r\n"
    }

    private static func line(_ load: String, _ second: Int64, _ slice: Slice?, _ times: LatencyHistogram?)
        -> String
    {
        let count = times?.count ?? 0
        let quantiles = [0.5, 0.9, 0.99, 0.999].map { part in
            count > 0 ? milliseconds(times?.value(atQuantile: part) ?? .zero) : ""
        }
        let most = count > 0 ? milliseconds(times?.max ?? .zero) : ""
        let counts = [second, Int64(slice?.due ?? 0), Int64(slice?.good ?? 0), Int64(count)].map { "\($0)" }
        return ([load] + counts + quantiles + [most]).joined(separator: ",")
    }

    private static func milliseconds(_ time: Duration) -> String { (Double(time.nanoseconds) / 1e6).fixed(3) }
}
