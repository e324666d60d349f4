import Testing

@testable import Recording

@Suite struct LatencyCountsTests {
    @Test("counts become the histogram that would have recorded the same values, and begin anew")
    func sameAsHistogram() {
        var random = SystemRandomNumberGenerator()
        var counts = LatencyCounts()
        for round in 0..<3 {
            var histogram = LatencyHistogram()
            var values: [Int64] = [-5, 0, 1, 511, 512, Int64(LatencyHistogram.highest), .max]
            for _ in 0..<10_000 {
                values.append(Int64.random(in: 0...(1 << Int64.random(in: 1...42)), using: &random))
            }
            // Without the greatest, so that the greatest differs from round to round.
            for value in values.dropFirst(round).dropLast(round) {
                counts.record(nanoseconds: value)
                histogram.record(nanoseconds: value)
            }
            let taken = counts.take()
            #expect(taken.counts == histogram.counts)
            #expect(taken.count == histogram.count && taken.max == histogram.max)
        }
        #expect(counts.take().count == 0)
    }

    @Test("what was forgotten is in no later histogram")
    func forgotten() {
        var counts = LatencyCounts()
        let values: [Int64] = [0, 511, 1_000_000, .max]
        for value in values { counts.record(nanoseconds: value) }
        counts.clear()
        #expect(counts.take().count == 0)
        for value in values { counts.record(nanoseconds: value) }
        #expect(counts.take().count == 4)
    }
}
