import Measures
import Plan
import Recording
import Testing
import Timeline

@testable import Verdict

/// What a fault may cost, judged.
@Suite struct RecoveryFindingsTests {
    /// 1000/s for 20 s; down from 5 to 7 s, the fault from 5 to 8 s.
    private static func run(until end: Duration = .seconds(20)) -> Timeline {
        var run = TrialRun(end: end)
        run.kill(at: .seconds(5), until: .seconds(8))
        run.send(every: .milliseconds(1)) { (5000..<7000).contains($0) ? nil : .milliseconds(5) }
        return run.timeline
    }

    private static func finding(_ target: RecoveryTarget, in timeline: Timeline = run()) -> Finding? {
        Verdict(timeline: timeline, targets: TargetsPlan(recovery: [target])).findings.first
    }

    @Test(
        "each claim is met at what it cost and missed below it",
        arguments: [
            (RecoveryTarget(within: nil, outage: .seconds(2), steadyFor: .seconds(1)), Verdict.Outcome.met),
            (RecoveryTarget(within: nil, outage: .milliseconds(1_999), steadyFor: .seconds(1)), .missed),
            (RecoveryTarget(within: nil, errors: 2_000, steadyFor: .seconds(1)), .met),
            (RecoveryTarget(within: nil, errors: 1_999, steadyFor: .seconds(1)), .missed),
            (RecoveryTarget(within: nil, longestBurst: 2_000, steadyFor: .seconds(1)), .met),
            (RecoveryTarget(within: nil, longestBurst: 1_999, steadyFor: .seconds(1)), .missed),
            (RecoveryTarget(within: .seconds(2), steadyFor: .seconds(1)), .met),
            (RecoveryTarget(within: .milliseconds(1_999), steadyFor: .seconds(1)), .missed),
        ]
    )
    func edges(_ target: RecoveryTarget, _ outcome: Verdict.Outcome) {
        #expect(Self.finding(target)?.outcome == outcome)
    }

    @Test func `a fail-over that heals during the fault is good before its end`() throws {
        let target = RecoveryTarget(within: .milliseconds(1), origin: .faultEnd, steadyFor: .seconds(1))
        let finding = try #require(Self.finding(target))
        #expect(finding.outcome == .met)
        #expect(finding.target == "recovery from crash#1 within 1ms after its end")
        #expect(
            finding.evidence
                == "good again 1.00 s before that, and for 1s from then on; 2 000 of 15 000 requests bad"
        )
    }

    @Test func `a run that ends too soon shows what is too much already, and else leaves it open`() {
        let cut = Self.run(until: .milliseconds(6_500))
        #expect(
            Self.finding(RecoveryTarget(within: nil, errors: 1_000, steadyFor: .seconds(1)), in: cut)?.outcome
                == .missed
        )
        let open = Self.finding(RecoveryTarget(within: nil, errors: 3_000, steadyFor: .seconds(1)), in: cut)
        #expect(open?.outcome == .inconclusive)
        #expect(open?.evidence.contains("so it may be more") == true)
    }

    @Test func `a target of one fault says nothing of others`() {
        let target = RecoveryTarget(fault: "cut", within: .seconds(1), steadyFor: .seconds(1))
        #expect(Self.finding(target) == nil)
    }

    @Test func `too little data is missed where the file says so`() throws {
        let timeline = Self.run()
        let finding = { (answer: InsufficientData) in
            let target = AvailabilityTarget(
                objective: TrialRun.decimal(99_999_999, -6),
                load: "browse",
                phase: "baseline",
                confidence: 0.95,
                counting: .requests,
                slice: .seconds(1),
                whenInsufficient: answer
            )
            return Verdict(timeline: timeline, targets: TargetsPlan(availability: [target])).findings.first
        }
        #expect(finding(.inconclusive)?.outcome == .inconclusive)
        let strict = try #require(finding(.fail))
        #expect(strict.outcome == .missed)
        #expect(strict.needed != nil)
    }

    @Test func `a slice may hold as many bad requests as its target lets it`() throws {
        // One of a hundred bad in each second of the first ten.
        var run = TrialRun(end: .seconds(100))
        run.send(every: .milliseconds(10)) { $0 < 1_000 && $0 % 100 == 50 ? nil : .milliseconds(5) }
        let outcome = { (target: String) in
            let target = AvailabilityTarget(
                objective: 95,
                load: "browse",
                phase: nil,
                confidence: 0.95,
                counting: .slices,
                slice: .seconds(1),
                sliceTarget: Share(target) ?? .one
            )
            return Verdict(timeline: run.timeline, targets: TargetsPlan(availability: [target])).outcome
        }
        #expect(outcome("99%") == .met)
        #expect(outcome("99.1%") == .missed)
    }
}
