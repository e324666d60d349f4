import Measures
import ReferenceTime
import Testing

@Suite("A clock model")
struct ClockModelTests {
    @Test("converts to the reference and back, and the truth lies within the bounds")
    func truth() {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<10_000 {
            let drift = Int64.random(in: 0...500, using: &random)
            let time = Int64.random(in: 0...(1 << 50), using: &random)
            let low = Int64.random(in: -(1 << 50)...(1 << 50), using: &random)
            let high = low + Int64.random(in: 0...10_000_000, using: &random)
            let model = ClockModel(time: time, low: low, high: high, driftPPM: drift)
            let local = time + Int64.random(in: -100_000_000_000...100_000_000_000, using: &random)
            // Any offset that the model allows at that instant.
            let offset =
                Int64.random(in: low...high, using: &random)
                + Int64(
                    Double.random(in: -1...1, using: &random) * Double(drift) * Double(abs(local - time))
                        / 1e6
                )
            let reference = local + offset
            let there = model.reference(local: local)
            #expect(there.earliest <= reference && reference <= there.latest)
            let back = model.local(reference: reference)
            #expect(back.earliest <= local && local <= back.latest)
            // No wider than needed: the interval and twice the growth, which at the far end is a little more.
            let growth =
                IntervalClock(driftPPM: drift).growth(over: abs(local - time)) + (high - low) / 1000 + 60_000
            #expect(back.latest - back.earliest <= high - low + 2 * growth + 4)
        }
    }

    @Test("of the reference itself changes nothing")
    func identity() {
        #expect(ClockModel.identity.reference(local: 123) == .init(earliest: 123, latest: 123))
        let back = ClockModel.identity.local(reference: 123)
        #expect(back.nanoseconds == 123 && back.bound <= 1)
    }
}
