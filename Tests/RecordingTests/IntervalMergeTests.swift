import Measures
import Testing

@testable import Recording

/// Histograms of several senders become one line a second.
@Suite struct IntervalMergeTests {
    private func entry(_ from: Double, _ length: Double, _ values: [Int64]) -> HistogramLog.Entry {
        var histogram = LatencyHistogram()
        for value in values { histogram.record(.milliseconds(value)) }
        return HistogramLog.Entry(
            load: "browse",
            start: Instant(nanoseconds: Int64(from * 1e9)),
            length: Duration(nanoseconds: Int64(length * 1e9)),
            histogram: histogram
        )
    }

    @Test("a second is given out once, when every sender has told of a later one")
    func waits() {
        var merge = IntervalMerge(senders: ["a", "b"])
        #expect(merge.add(entry(0, 0.4, [1]), from: "a").isEmpty)
        #expect(merge.add(entry(0.4, 0.6, [2]), from: "a").isEmpty)
        #expect(merge.add(entry(1, 1, [3]), from: "a").isEmpty)
        #expect(merge.add(entry(0, 1, [4]), from: "b").isEmpty)
        let whole = merge.add(entry(1, 1, []), from: "b")
        #expect(whole.map(\.histogram.count) == [3] && whole.map(\.length) == [.seconds(1)])
        #expect(merge.add(entry(2, 1, []), from: "b").isEmpty)
        #expect(merge.end("a").map(\.histogram.count) == [1])
        #expect(merge.finish().map(\.start) == [Instant(.seconds(2))] && merge.finish().isEmpty)
    }

    @Test("in whatever order it comes, all that was recorded is written, and each second once")
    func nothingIsLost() {
        var generator = SeededGenerator(seed: 2, stream: "merge")
        for _ in 0..<200 {
            let senders = ["a", "b", "c"]
            var merge = IntervalMerge(senders: senders)
            var queues = senders.map { _ in (0..<20).map { $0 } }
            var out: [HistogramLog.Entry] = []
            var recorded: [Int: [Int64]] = [:]
            while let place = queues.indices.filter({ !queues[$0].isEmpty }).randomElement(using: &generator)
            {
                let second = queues[place].removeFirst()
                let values = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    Int64.random(in: 1...900, using: &generator)
                }
                recorded[second, default: []] += values
                out += merge.add(entry(Double(second), 1, values), from: senders[place])
                if queues[place].isEmpty, Bool.random(using: &generator) { out += merge.end(senders[place]) }
            }
            out += merge.finish()
            #expect(out.map { Int($0.start.seconds) } == Array(0..<20))
            for entry in out {
                let expected = self.entry(0, 1, recorded[Int(entry.start.seconds)] ?? [])
                #expect(entry.histogram.counts == expected.histogram.counts)
            }
        }
    }
}
