import Measures
import Plan
import Testing

@testable import Verdict

/// Looking every second and stopping when it pleases.
@Suite struct AnytimeTestTests {
    private static func target(_ objective: ExactDecimal, counting: Counting = .requests)
        -> AvailabilityTarget
    {
        AvailabilityTarget(
            objective: objective,
            load: nil,
            phase: nil,
            confidence: 0.95,
            counting: counting,
            slice: .seconds(1),
            stopsEarly: true
        )
    }

    @Test
    func
        `a service just as bad as may be is passed in at most one of twenty runs that are looked at every second`()
    {
        var random = SeededGenerator(seed: 11)
        var passed = 0
        let runs = 400
        for _ in 0..<runs {
            var test = AnytimeTest(Self.target(99))
            for _ in 0..<200 where test.outcome != .met {
                let bad = (0..<20).count { _ in Double.random(in: 0..<1, using: &random) < 0.01 }
                test.add(due: 20, bad: bad)
            }
            if test.outcome == .met { passed += 1 }
        }
        // Three standard deviations above 5 %.
        #expect(passed < 33, "\(passed) of \(runs)")
    }

    @Test func `a good service is passed soon, a bad one is missed soon, and what lies between stays open`() {
        var good = AnytimeTest(Self.target(99))
        while good.outcome == .inconclusive, good.seconds < 1_000 { good.add(due: 10, bad: 0) }
        #expect(good.outcome == .met)
        #expect((30...100).contains(good.seconds), "\(good.seconds)")
        var bad = AnytimeTest(Self.target(99))
        var second = 0
        while bad.outcome == .inconclusive, second < 1_000 {
            bad.add(due: 10, bad: second % 2)
            second += 1
        }
        #expect(bad.outcome == .missed)
        var open = AnytimeTest(Self.target(99))
        open.add(due: 10, bad: 0)
        #expect(open.outcome == .inconclusive)
        #expect(open.needed?.hasSuffix("more requests without a failure") == true)
    }

    @Test func `what is still needed is enough, and one less is not`() throws {
        var test = AnytimeTest(Self.target(99))
        test.add(due: 100, bad: 0)
        let words = try #require(test.needed)
        let more = try #require(Int(words.filter(\.isNumber)))
        var enough = test
        enough.add(due: more, bad: 0)
        #expect(enough.outcome == .met)
        test.add(due: more - 1, bad: 0)
        #expect(test.outcome == .inconclusive)
    }

    @Test func `failures in bursts are judged by slices, which never look better`() {
        // 1 % of all fail, all in one second: by requests alone 98 % would be shown.
        var test = AnytimeTest(Self.target(98))
        test.add(due: 1_000, bad: 1_000)
        for _ in 0..<99 { test.add(due: 1_000, bad: 0) }
        #expect(test.outcome == .inconclusive)
        #expect(test.evidence.contains("1 of 100 slices bad"))
    }

    @Test func `no data shows nothing`() {
        let test = AnytimeTest(Self.target(99))
        #expect(test.outcome == .inconclusive)
    }
}
