import Measures
import Plan
import Recording
import Schedule
import Testing
import Timeline

@testable import Verdict

/// Failures that come together, and such that only seem to.
@Suite struct FailureClusteringTests {
    private static func finding(_ objective: ExactDecimal, _ run: TrialRun) -> Finding? {
        let target = AvailabilityTarget(
            objective: objective,
            load: "browse",
            phase: nil,
            confidence: 0.95,
            counting: .requests,
            slice: .seconds(1)
        )
        return Verdict(timeline: run.timeline, targets: TargetsPlan(availability: [target])).findings.first
    }

    @Test("a service that always fails misses every target, one request or many", arguments: [1, 20, 20_000])
    func allFailed(_ count: Int) {
        var run = TrialRun(end: .seconds(20))
        run.send(every: .seconds(20) / count) { _ in nil }
        for objective in [ExactDecimal(99), 90, 50] {
            let outcome = Self.finding(objective, run)?.outcome
            // One failure of one proves at the most that 5 % fail.
            #expect(outcome == (count > 1 || objective == 99 ? .missed : .inconclusive), "\(objective)")
        }
    }

    @Test func `a latency that every request misses is missed, at the median too`() {
        var run = TrialRun(end: .seconds(20))
        run.thresholds = [.milliseconds(1)]
        run.send(every: .milliseconds(1))
        let claim = LatencyClaim.quantile(TrialRun.decimal(5, -1), below: .milliseconds(1))
        let target = LatencyTarget(load: nil, phase: nil, claim: claim, confidence: 0.95)
        #expect(Verdict(timeline: run.timeline, targets: TargetsPlan(latency: [target])).outcome == .missed)
    }

    @Test func `every second request failing for a while is one outage, though no two follow one another`()
        throws
    {
        // 1 % of all, in 2 of 100 seconds: independent, that would be far below 98 %.
        var run = TrialRun(end: .seconds(100))
        run.send(every: .milliseconds(10)) {
            (4_000..<4_200).contains($0) && $0 % 2 == 0 ? nil : .milliseconds(5)
        }
        let finding = try #require(Self.finding(98, run))
        #expect(finding.outcome == .inconclusive, "\(finding.evidence)")
        // Two in one second of sixteen are luck.
        var few = TrialRun(end: .seconds(16))
        few.send(every: .milliseconds(5)) { [1_450, 1_460].contains($0) ? nil : .milliseconds(5) }
        #expect(Self.finding(99, few)?.outcome == .met)
        var spread = TrialRun(end: .seconds(100))
        spread.send(every: .milliseconds(10)) { $0 % 100 == 50 ? nil : .milliseconds(5) }
        #expect(Self.finding(98, spread)?.outcome == .met)
    }
}
