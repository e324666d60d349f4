import Testing

@testable import Load

@Suite struct HistoryClockTests {
    @Test("an operation lies within what its clock's limits allow, whatever they are")
    func holds() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1_000 {
            let start = Int64.random(in: 0..<1_000_000, using: &generator)
            let end = start + Int64.random(in: 0..<1_000, using: &generator)
            let first = Self.limits(&generator)
            let last = Self.limits(&generator)
            let span = HistoryClock.bounded { $0 < end ? first : last }.span(from: start, to: end)
            #expect(span.start <= span.end)
            let begun = start + (start < end ? first : last).lowerBound
            #expect(span.start - span.bound <= begun)
            #expect(span.end + span.bound >= end + last.upperBound)
        }
    }

    @Test("one clock for all leaves no doubt")
    func own() {
        let span = HistoryClock.own(zero: 100).span(from: 130, to: 170)
        #expect(span == HistoryClock.Span(start: 30, end: 70, bound: 0))
    }

    private static func limits(_ generator: inout SystemRandomNumberGenerator) -> ClosedRange<Int64> {
        let low = Int64.random(in: -5_000...5_000, using: &generator)
        return low...(low + Int64.random(in: 0...1_001, using: &generator))
    }
}
