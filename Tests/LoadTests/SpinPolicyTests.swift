import Testing

@testable import Load

@Suite struct SpinPolicyTests {
    @Test("looking without a pause takes at most three fifths of one core, and at most 100 µs a request")
    func bounded() {
        for exponent in -2...7 {
            for factor in [1.0, 2.5, 6] {
                let rate = factor * [0.01, 0.1, 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7][exponent + 2]
                let before = SpinPolicy(perSecond: rate, isGreedy: false, processors: 2).before
                #expect(Double(before) * rate / 1e9 <= 0.6)
                #expect((0...100_000).contains(before))
            }
        }
        #expect(SpinPolicy(perSecond: 1_000, isGreedy: false, processors: 2).before == 100_000)
        #expect(SpinPolicy(perSecond: 10_000, isGreedy: false, processors: 2).before == 60_000)
    }

    @Test("on one processor, and where no rate is known, the loop sleeps")
    func none() {
        #expect(SpinPolicy(perSecond: 1_000, isGreedy: false, processors: 1).before == 0)
        #expect(SpinPolicy(perSecond: 0, isGreedy: false, processors: 8).before == 0)
        #expect(SpinPolicy(perSecond: .infinity, isGreedy: false, processors: 8).before == 0)
    }

    @Test("where users ask again at once the loop stays awake for 50 µs after an event, elsewhere not at all")
    func greedy() {
        #expect(SpinPolicy(perSecond: .infinity, isGreedy: true, processors: 2).after == 50_000)
        #expect(SpinPolicy(perSecond: .infinity, isGreedy: true, processors: 1).after == 0)
        #expect(SpinPolicy(perSecond: 1_000, isGreedy: false, processors: 2).after == 0)
    }
}
