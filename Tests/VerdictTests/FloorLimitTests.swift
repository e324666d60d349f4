import Measures
import Plan
import Recording
import Testing
import Timeline

@testable import Verdict

/// Nothing is claimed below what the instrument itself adds.
@Suite struct FloorLimitTests {
    private static func floor(bad: Int = 0, p99: Duration) -> InstrumentFloor {
        InstrumentFloor(
            load: "browse",
            requests: 1_000,
            bad: bad,
            perSecond: 1_000,
            quantiles: [
                .init(share: 0.5, nanoseconds: 20_000), .init(share: 0.99, nanoseconds: p99.nanoseconds),
                .init(share: 0.999, nanoseconds: 5 * p99.nanoseconds),
                .init(share: 1, nanoseconds: 9 * p99.nanoseconds),
            ]
        )
    }

    /// All answered after 5 ms.
    private static func verdict(_ floors: [InstrumentFloor], _ targets: TargetsPlan) -> Verdict {
        var run = TrialRun(end: .seconds(20))
        run.thresholds = targets.latency.map(\.claim.threshold)
        run.send(every: .milliseconds(1))
        for floor in floors {
            run.events.append(
                RunEvent(at: BoundedInstant(.zero, bound: .zero), host: "client", body: .floor(floor))
            )
        }
        return Verdict(timeline: run.timeline, targets: targets)
    }

    private static func latency(_ below: Duration) -> TargetsPlan {
        let claim = LatencyClaim.quantile(TrialRun.decimal(99, -2), below: below)
        return TargetsPlan(latency: [LatencyTarget(load: nil, phase: nil, claim: claim, confidence: 0.95)])
    }

    @Test func `a latency that an echo on the own loopback does not keep is neither met nor missed`() throws {
        for below in [Duration.milliseconds(10), .milliseconds(1)] {
            let low = Self.verdict([Self.floor(p99: .microseconds(80))], Self.latency(below))
            #expect(low.outcome == (below > .milliseconds(5) ? .met : .missed))
            let refused = try #require(
                Self.verdict([Self.floor(p99: below)], Self.latency(below)).findings.first
            )
            #expect(refused.outcome == .inconclusive)
            #expect(refused.evidence.contains("takes \(below.rounded) at this share of requests"))
        }
    }

    @Test func `of several hosts the worst one's floor counts`() {
        let floors = [Self.floor(p99: .microseconds(80)), Self.floor(p99: .milliseconds(20))]
        #expect(Self.verdict(floors, Self.latency(.milliseconds(10))).outcome == .inconclusive)
        #expect(Self.verdict(floors.reversed(), Self.latency(.milliseconds(10))).outcome == .inconclusive)
    }

    @Test
    func `an availability that the own loopback does not have is refused, and few echoes refuse nothing`() {
        let target = { (objective: ExactDecimal) in
            TargetsPlan(
                availability: [
                    AvailabilityTarget(
                        objective: objective,
                        load: nil,
                        phase: nil,
                        confidence: 0.95,
                        counting: .requests,
                        slice: .seconds(1)
                    )
                ]
            )
        }
        let bad = Self.floor(bad: 20, p99: .microseconds(80))
        #expect(Self.verdict([bad], target(99)).outcome == .inconclusive)
        #expect(Self.verdict([bad], target(95)).outcome == .met)
        #expect(
            Self.verdict([Self.floor(bad: 1, p99: .microseconds(80))], target(TrialRun.decimal(999, -1)))
                .outcome == .met
        )
        #expect(FloorLimit.warnings(of: bad, for: target(99)).count == 1)
        #expect(FloorLimit.warnings(of: bad, for: target(95)).isEmpty)
    }
}
