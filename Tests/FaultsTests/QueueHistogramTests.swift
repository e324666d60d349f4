import Faults
import Measures
import Testing

@Suite("Histogram of the queue's times")
struct QueueHistogramTests {
    @Test("a quantile is the exact one, rounded up by at most 1/32")
    func quantiles() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<20 {
            var histogram = QueueHistogram()
            let values = (0..<999).map { _ in Int64(generator.next() >> (generator.next() % 50 + 14)) }
                .sorted()
            for value in values { histogram.record(value) }
            for part in [0.001, 0.5, 0.9, 0.99, 1] {
                let exact = values[max(0, Int((999 * part).rounded(.up)) - 1)]
                let found = try #require(histogram.quantile(part)).nanoseconds
                #expect(
                    found >= min(exact, values[998]) && found <= exact + exact / 32 + 1,
                    "\(part): \(found) for \(exact)"
                )
            }
            #expect(histogram.maximum == values[998])
        }
    }

    @Test("any value is taken: negative as 0, the greatest in the last bucket")
    func extremes() {
        var histogram = QueueHistogram()
        #expect(histogram.quantile(0.5) == nil)
        histogram.record(-5)
        #expect(histogram.quantile(1) == .zero)
        histogram.record(.max)
        #expect(histogram.count == 2)
        #expect(histogram.maximum == .max)
    }
}
