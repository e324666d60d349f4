package import Measures

/// The text of latency.hlog: HdrHistogram's interval log, format 1.3, written line by line as the run goes and read by
/// every HdrHistogram tool. Values are nanoseconds; the column Interval_Max is in milliseconds, as is usual.
package enum HistogramLog {
    /// - Parameters:
    ///   - startedAt: time zero of the run, seconds since 1970.
    ///   - text: the same for people.
    package static func header(startedAt: Double, text: String) -> String {
        """
        #[Faultline: response time in nanoseconds from the intended start, one interval a second and load (the tag).]
        #[Intervals are of requests by the time they ended. A request without an answer counts as 3600 s.]
        #[Histogram log format version 1.3]
        #[BaseTime: \(startedAt.fixed(3)) (seconds since epoch)]
        #[StartTime: \(startedAt.fixed(3)) (seconds since epoch), \(oneLine(text))]
        "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

        """
    }

    /// One interval of one load, with its line end.
    /// - Parameters:
    ///   - start: since time zero; an interval before it is written as beginning there, since the format has no sign.
    package static func line(load: String, start: Instant, length: Duration, histogram: LatencyHistogram)
        -> String
    {
        let begin = max(0, start.seconds)
        let maximum = Double(histogram.max.nanoseconds) / 1e6
        let payload = Base64.encode(histogram.encoded)
        return
            "Tag=\(tag(load)),\(begin.fixed(3)),\(length.seconds.fixed(3)),\(maximum.fixed(3)),\(payload)\n"
    }

    /// One interval read back.
    package struct Entry: Sendable {
        package let load: String?
        package let start: Instant
        package let length: Duration
        package let histogram: LatencyHistogram
    }

    /// The intervals of a log that Faultline wrote; lines that are none (comments, a torn last line) are left out.
    package static func entries(_ text: String) -> [Entry] {
        text.split(separator: "\n").compactMap { line in
            var fields = line.split(separator: ",", omittingEmptySubsequences: false)
            var load: String?
            if let first = fields.first, first.hasPrefix("Tag=") {
                load = String(first.dropFirst(4))
                fields.removeFirst()
            }
            guard fields.count == 4, let start = Double(fields[0]), let length = Double(fields[1]),
                abs(start) < 1e9, abs(length) < 1e9, let bytes = Base64.decode(fields[3]),
                let histogram = LatencyHistogram(encoded: bytes)
            else { return nil }
            return Entry(
                load: load,
                start: Instant(nanoseconds: Int64((start * 1e9).rounded())),
                length: Duration(nanoseconds: Int64((length * 1e9).rounded())),
                histogram: histogram
            )
        }
    }

    /// A tag holds no comma, space or line end (HistogramLogWriter).
    private static func tag(_ load: String) -> String {
        String(load.map { $0 == "," || $0.isWhitespace || $0.isNewline ? "-" : $0 })
    }

    private static func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}
