import Foundation
import Measures
import Recording
import TestSupport
import Testing
import Verdict

/// Our interval log in somebody else's hands.
extension LoadCommandTests {
    @Test(.enabled(if: PythonHistograms.isInstalled, Comment(rawValue: PythonHistograms.hint)))
    func `another HdrHistogram reader finds the same counts, quantiles and seconds in our log`() async throws
    {
        try await withSite { site in
            let words = ["\(Self.url)", "--rate", "500/s", "-d", "3s", "--hlog", "l.hlog", "--json"]
            let before = Date().timeIntervalSince1970
            let (code, text) = try site.load(words + ["--availability", "50"])
            #expect(code == 0, "\(text)")
            let reading = try PythonHistograms.read("l.hlog", in: site.folder.path)
            // Ours, of the same log.
            var whole = LatencyHistogram()
            let entries = HistogramLog.entries(site.file("l.hlog"))
            for entry in entries { whole.merge(entry.histogram) }
            #expect(reading.count == 1_500 && whole.count == 1_500)
            #expect(reading.intervals.count == entries.count && entries.count >= 3)
            for (own, other) in zip(entries, reading.intervals) {
                #expect(own.histogram.count == other.count)
                #expect(abs(other.end - other.start - own.length.seconds) < 0.002)
                #expect(
                    abs(other.start - reading.intervals[0].start - (own.start - entries[0].start).seconds)
                        < 0.002
                )
            }
            #expect(reading.intervals[0].start >= before - 1)
            #expect(reading.intervals.last.map { $0.end <= Date().timeIntervalSince1970 + 1 } == true)
            // As far as either can tell values apart.
            for (percentile, ends) in reading.quantiles {
                let own = whole.value(atQuantile: (Double(percentile) ?? 0) / 100).nanoseconds
                #expect(ends[0] <= own && own <= ends[1], "p\(percentile): \(own), \(ends)")
            }
            // And the verdict is of the same requests.
            let begin = try #require(text.firstIndex(of: "{"))
            let verdict = try JSONDecoder().decode(Verdict.self, from: Data(text[begin...].utf8))
            #expect(verdict.phases.map(\.due) == [reading.count])
            for (percentile, judged) in [
                ("50", verdict.phases[0].p50Milliseconds), ("99", verdict.phases[0].p99Milliseconds),
            ] {
                let own = try #require(judged) * 1e6
                let ends = try #require(reading.quantiles[percentile]).map(Double.init)
                // The verdict's is the end of its own bucket, of 128 to an octave.
                #expect(
                    ends[0] <= own + 1 && own <= ends[1] * (1 + 1 / 128) + 1,
                    "p\(percentile): \(own), \(ends)"
                )
            }
            #expect(reading.intervals.allSatisfy { $0.tag == "main" })
        }
    }
}
