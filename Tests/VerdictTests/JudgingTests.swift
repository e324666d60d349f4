import Measures
import Plan
import Recording
import Schedule
import Testing
import Timeline

@testable import Verdict

/// Whole runs, judged.
@Suite struct JudgingTests {
    private static func availability(
        _ objective: ExactDecimal,
        phase: String? = nil,
        counting: Counting = .requests
    ) -> TargetsPlan {
        let target = AvailabilityTarget(
            objective: objective,
            load: "browse",
            phase: phase,
            confidence: 0.95,
            counting: counting,
            slice: .seconds(1)
        )
        return TargetsPlan(availability: [target], latency: [], recovery: [])
    }

    private static func latency(_ claim: LatencyClaim, phase: String? = nil) -> TargetsPlan {
        let target = LatencyTarget(load: nil, phase: phase, claim: claim, confidence: 0.95)
        return TargetsPlan(availability: [], latency: [target], recovery: [])
    }

    private static func recovery(_ within: Duration) -> TargetsPlan {
        TargetsPlan(
            availability: [],
            latency: [],
            recovery: [RecoveryTarget(within: within, steadyFor: .seconds(1))]
        )
    }

    /// 1000/s for 20 s, of which 2 s from 5 s on are dead.
    private static func outage(bound: Duration = .zero, happens: Bool = true) -> TrialRun {
        var run = TrialRun(end: .seconds(20))
        run.kill(at: .seconds(5), until: .seconds(7), bound: bound, happens: happens)
        run.send(every: .milliseconds(1)) { (5000..<7000).contains($0) ? nil : .milliseconds(5) }
        return run
    }

    @Test("1000/s with 2.0 s dead of 20 s: 90 %, 99.9 % is missed, and the baseline meets it")
    func deadForTwoSeconds() throws {
        let timeline = Self.outage().timeline
        let missed = Verdict(timeline: timeline, targets: Self.availability(TrialRun.decimal(999, -1)))
        #expect(missed.outcome == .missed)
        #expect(missed.exitCode == 1)
        #expect(
            missed.findings.first?.evidence
                == "18 000 of 20 000 requests good (90 %); failures in 1 burst (longest 2 000), worth 12 independent "
                + "requests: at least 0.427 % fail with 95 % confidence, 0.1 % may"
        )
        let baseline = Verdict(
            timeline: timeline,
            targets: Self.availability(TrialRun.decimal(999, -1), phase: "baseline")
        )
        #expect(baseline.outcome == .met)
        #expect(baseline.findings.first?.target == "availability 99.9 % of browse in baseline")
    }

    @Test("10 % lost in one outage against 99 %: one outage proves nothing, and it says what is missing")
    func oneOutageIsOneTrial() throws {
        let verdict = Verdict(timeline: Self.outage().timeline, targets: Self.availability(99))
        #expect(verdict.outcome == .inconclusive)
        #expect(verdict.exitCode == 3)
        let needed = try #require(verdict.findings.first?.needed)
        #expect(needed.contains("more slices without a failure"))
    }

    @Test(
        "a phase or load that the run did not reach is no data, hence inconclusive",
        arguments: ["cut", "recovery#2"]
    )
    func notReached(phase: String) {
        let verdict = Verdict(timeline: Self.outage().timeline, targets: Self.availability(99, phase: phase))
        #expect(verdict.findings.map(\.outcome) == [.inconclusive])
        #expect(verdict.findings.first?.evidence == "no data: the run did not reach it")
    }

    @Test("a run without a request meets nothing")
    func nothingSent() {
        var run = TrialRun(end: .seconds(10))
        run.kill(at: .seconds(2), until: .seconds(3))
        let timeline = run.timeline
        for targets in [
            Self.availability(99),
            Self.availability(99, counting: .slices),
            Self.latency(.quantile(TrialRun.decimal(99, -2), below: .seconds(1))),
            Self.recovery(.seconds(5)),
        ] {
            let verdict = Verdict(timeline: timeline, targets: targets)
            #expect(verdict.findings.map(\.outcome) == [.inconclusive])
            #expect(verdict.findings.first?.needed != nil)
        }
    }

    @Test("bad requests at the edge of a phase are not lost between slices")
    func edges() throws {
        var run = TrialRun(end: .seconds(10))
        run.kill(at: .milliseconds(4500), until: .milliseconds(6500))
        // Bad for 200 ms before 4.5 s: the last whole slice of the baseline ends at 4 s.
        run.send(every: .milliseconds(1)) { (4300..<4500).contains($0) ? nil : .milliseconds(5) }
        let sample = try #require(Sample(of: run.timeline, load: nil, phase: "baseline"))
        #expect(sample.bad == 200)
        let slices = sample.slices(of: .seconds(1))
        #expect(slices.all == 5)
        #expect(slices.bad == 1)
    }

    @Test(
        "a latency target is a proportion of all requests that were due",
        arguments: [
            (0, 0, Verdict.Outcome.met, "none slow"),
            (0, 30, .missed, "3 % refused count as slow"),
            (30, 0, .missed, "3 % slow"),
            (9, 0, .inconclusive, "0.9 % slow: the estimate meets it, the sample does not prove it"),
            (4, 0, .met, "0.4 % slow"),
        ]
    )
    func latencyIsAShare(
        slowOfThousand: Int,
        refusedOfThousand: Int,
        expected: Verdict.Outcome,
        reason: String
    ) {
        var run = TrialRun(end: .seconds(2))
        run.send(every: .milliseconds(1)) { index in
            // Spread, so that no two come together.
            let place = index * 7 % 1000
            if place < slowOfThousand { return .milliseconds(60) }
            return place < slowOfThousand + refusedOfThousand ? nil : .milliseconds(40)
        }
        for claim in [
            LatencyClaim.quantile(TrialRun.decimal(99, -2), below: .milliseconds(50)),
            .shareUnder(.milliseconds(50), atLeast: Share("99%") ?? .one),
        ] {
            let verdict = Verdict(timeline: run.timeline, targets: Self.latency(claim))
            #expect(verdict.findings.map(\.outcome) == [expected], "\(reason): \(verdict.findings)")
        }
    }

    @Test("slow requests that come together are worth less than as many that come apart")
    func slowBursts() throws {
        let targets = Self.latency(
            .quantile(TrialRun.decimal(99, -2), below: .milliseconds(50)),
            phase: "baseline"
        )
        for (isApart, expected) in [(true, Verdict.Outcome.met), (false, .inconclusive)] {
            var run = TrialRun(end: .seconds(4))
            run.thresholds = targets.latency.map(\.claim.threshold)
            run.kill(at: .seconds(3), until: .seconds(4))
            // 15 of 3000: one in 200, or all in a row.
            run.send(every: .milliseconds(1), until: .seconds(3)) { index in
                let isSlow = isApart ? index % 200 == 0 : (1000..<1015).contains(index)
                return isSlow ? .milliseconds(60) : .milliseconds(40)
            }
            let timeline = run.timeline
            #expect(timeline.loads.first?.bursts.count == 0)
            let slow = timeline.loads.first?.slowBursts[.milliseconds(50)]?.byPhase.first
            #expect(slow?.count == (isApart ? 15 : 1))
            #expect(timeline.slowTogether[.milliseconds(50)]?.byPhase.first == slow)
            let verdict = Verdict(timeline: timeline, targets: targets)
            #expect(verdict.findings.map(\.outcome) == [expected], "\(verdict.findings)")
        }
    }

    @Test("what lies in the threshold's own bucket proves neither side")
    func insideTheBucket() {
        var run = TrialRun(end: .seconds(5))
        run.send(every: .milliseconds(1)) { _ in .microseconds(50_300) }
        let claim = LatencyClaim.quantile(TrialRun.decimal(99, -2), below: .microseconds(50_200))
        let verdict = Verdict(timeline: run.timeline, targets: Self.latency(claim))
        #expect(verdict.findings.map(\.outcome) == [.inconclusive])
    }

    @Test("a late generator makes latency inconclusive and leaves availability alone")
    func lateGenerator() throws {
        var run = TrialRun(end: .seconds(5))
        run.send(every: .milliseconds(1))
        let body = { (p99: Duration) in
            RunEvent.Body.generator(
                GeneratorReading(
                    load: "browse",
                    offered: 1000,
                    completed: 1000,
                    latenessP99Nanoseconds: p99.nanoseconds
                )
            )
        }
        let at = BoundedInstant(.zero, bound: .zero)
        let targets = TargetsPlan(
            availability: Self.availability(99).availability,
            latency: Self.latency(.quantile(TrialRun.decimal(99, -2), below: .milliseconds(50))).latency,
            recovery: []
        )
        // The limit is 50 ms / 20 = 2.5 ms.
        for (lateness, expected) in [
            (Duration.microseconds(2400), Verdict.Outcome.met), (.microseconds(2600), .inconclusive),
        ] {
            var late = run
            late.events.append(RunEvent(at: at, host: "client", body: body(lateness)))
            let verdict = Verdict(timeline: late.timeline, targets: targets)
            #expect(verdict.findings.map(\.outcome) == [.met, expected])
        }
    }

    @Test(
        "limits of the generator's lateness",
        arguments: [
            ([], .milliseconds(1)), ([.milliseconds(10)], .milliseconds(1)),
            ([.milliseconds(200)], .milliseconds(10)),
            ([.seconds(1), .milliseconds(100)], .milliseconds(5)),
        ] as [([Duration], Duration)]
    )
    func limits(thresholds: [Duration], expected: Duration) {
        let targets = thresholds.map {
            LatencyTarget(
                load: nil,
                phase: nil,
                claim: .quantile(TrialRun.decimal(9, -1), below: $0),
                confidence: 0.95
            )
        }
        #expect(GeneratorLimit.limit(for: targets) == expected)
    }

    @Test(
        "recovery from an outage of 2.0 s",
        arguments: [
            (Duration.seconds(3), Duration.zero, Verdict.Outcome.met, "within"),
            (.seconds(2), .zero, .met, "exactly within"),
            (.milliseconds(1999), .zero, .missed, "a millisecond over"),
            (.milliseconds(2001), .milliseconds(5), .inconclusive, "the start is not known well enough"),
            (.milliseconds(1990), .milliseconds(5), .missed, "over, whatever the start"),
        ]
    )
    func recoveryWithin(within: Duration, bound: Duration, expected: Verdict.Outcome, reason: String) {
        let verdict = Verdict(timeline: Self.outage(bound: bound).timeline, targets: Self.recovery(within))
        #expect(verdict.findings.map(\.outcome) == [expected], "\(reason): \(verdict.findings)")
        #expect(verdict.findings.first?.target == "recovery from crash#1 within \(within.text)")
    }

    @Test(
        "a censored recovery is missed when already too long, else inconclusive",
        arguments: [
            (Duration.seconds(4), Verdict.Outcome.missed), (.seconds(6), .inconclusive),
        ]
    )
    func censored(within: Duration, expected: Verdict.Outcome) {
        var run = TrialRun(end: .seconds(10))
        run.kill(at: .seconds(5), until: .seconds(10))
        run.send(every: .milliseconds(1)) { $0 < 5000 ? .milliseconds(5) : nil }
        let verdict = Verdict(timeline: run.timeline, targets: Self.recovery(within))
        #expect(verdict.findings.map(\.outcome) == [expected])
        #expect(verdict.faults.first?.censored == true)
        #expect(verdict.faults.first?.timeToRecoverSeconds == 5)
    }

    @Test("without impact recovery is met; a fault without effect or start is not")
    func noImpact() {
        var run = TrialRun(end: .seconds(10))
        run.kill(at: .seconds(5), until: .seconds(6))
        run.send(every: .milliseconds(1))
        let met = Verdict(timeline: run.timeline, targets: Self.recovery(.seconds(1)))
        #expect(met.findings.map(\.outcome) == [.met])
        #expect(met.findings.first?.evidence == "no impact: all 5 000 requests good")
        #expect(met.exitCode == 0)
        #expect(met.faults.first?.affordablePerYear == [])

        var idle = run
        idle.observe(.none, of: "crash#1")
        let none = Verdict(timeline: idle.timeline, targets: Self.recovery(.seconds(1)))
        #expect(none.findings.map(\.outcome) == [.inconclusive])
        #expect(none.exitCode == 5)

        var never = TrialRun(end: .seconds(10))
        never.kill(at: .seconds(5), until: .seconds(6), happens: false)
        never.send(every: .milliseconds(1))
        let absent = Verdict(timeline: never.timeline, targets: Self.recovery(.seconds(1)))
        #expect(absent.findings.map(\.outcome) == [.inconclusive])
        #expect(absent.exitCode == 5)
    }

    @Test(
        "each incident has its exit code, and the worst wins",
        arguments: [
            (RunEvent.NoteKind.guardFired, ExitCode.stopped), (.interrupted, .stopped),
            (.agentLost, .agentFailed),
            (.healFailed, .notHealed), (.leaseExpired, .agentFailed), (.generatorTrouble, .agentFailed),
            (.finished, .met), (.started, .met),
        ]
    )
    func incidents(kind: RunEvent.NoteKind, expected: ExitCode) {
        var run = TrialRun(end: .seconds(10))
        run.send(every: .milliseconds(1))
        run.note(kind, "something", at: .seconds(10))
        let verdict = Verdict(timeline: run.timeline, targets: Self.availability(99))
        #expect(verdict.outcome == .met)
        #expect(verdict.exitCode == expected.rawValue)
        #expect(verdict.incidents.count == (expected == .met ? 0 : 1))
        let twice = Verdict(
            timeline: run.timeline,
            targets: Self.availability(99),
            incidents: verdict.incidents
        )
        #expect(twice.incidents == verdict.incidents)
    }

    @Test("an outage of 2.0 s that hits all: so many a year hold each level")
    func affordable() throws {
        let figures = try #require(
            Verdict(timeline: Self.outage().timeline, targets: Self.recovery(.seconds(3))).faults.first
        )
        #expect(figures.outageSeconds == 2)
        #expect(figures.bad == 2000)
        #expect(figures.timeToImpactSeconds == 0)
        #expect(figures.affordablePerYear.map(\.percent) == ["99", "99.9", "99.99", "99.999", "99.9999"])
        // u × 31 536 000 s / 2 s
        for (rate, expected) in zip(figures.affordablePerYear, [157_680, 15_768, 1576.8, 157.68, 15.768]) {
            #expect(abs(rate.timesPerYear - expected) < 1e-6 * expected)
        }
    }

    @Test("figures of phases: counts, exact interval, quantiles; infinite where too few were answered")
    func phaseFigures() throws {
        let phases = Verdict(timeline: Self.outage().timeline, targets: Self.availability(99)).phases
        #expect(phases.map(\.phase) == ["baseline", "crash", "recovery"])
        #expect(phases.map(\.due) == [5000, 2000, 13_000])
        #expect(phases.map(\.good) == [5000, 0, 13_000])
        #expect(phases.map(\.goodSlices) == [5, 0, 13])
        #expect(phases.map(\.slices) == [5, 2, 13])
        let (baseline, crash) = (try #require(phases.first), phases[1])
        // 1 - 0.025^(1/5000)
        #expect(abs(baseline.availabilityLower - 0.99926249) < 1e-8)
        #expect(baseline.availabilityUpper == 1)
        let p50 = try #require(baseline.p50Milliseconds)
        #expect(abs(p50 - 5) < 0.04)
        #expect(baseline.p99UpperMilliseconds != nil)
        #expect(crash.p50Milliseconds == nil)
        #expect(crash.p99Milliseconds == nil)
    }
}
