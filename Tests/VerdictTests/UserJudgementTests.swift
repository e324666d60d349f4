import Measures
import Plan
import Testing
import Timeline

@testable import Verdict

/// Targets that count users.
@Suite struct UserJudgementTests {
    private static func target(_ objective: ExactDecimal, slice: Duration = .seconds(1), phase: String? = nil)
        -> TargetsPlan
    {
        let target = AvailabilityTarget(
            objective: objective,
            load: "browse",
            phase: phase,
            confidence: 0.95,
            counting: .users,
            slice: slice
        )
        return TargetsPlan(availability: [target], latency: [], recovery: [])
    }

    private static func run(_ seconds: Int, failing: Range<Int> = 0..<0) -> Timeline {
        var run = TrialRun(end: .seconds(seconds))
        run.send(every: .milliseconds(10)) { failing.contains($0) ? nil : .milliseconds(5) }
        return run.timeline
    }

    @Test("300 s without a failure show 99 %, 298 do not, and one slice more would")
    func zeroFailures() throws {
        let met = Verdict(timeline: Self.run(300), targets: Self.target(99))
        #expect(met.findings.map(\.outcome) == [.met])
        let evidence = try #require(met.findings.first?.evidence)
        #expect(
            evidence.hasPrefix(
                "1 user: the host client; up for 100 % of their time; 300 slices of 1s, 0 with an outage"
            )
        )
        let open = Verdict(timeline: Self.run(298), targets: Self.target(99))
        #expect(open.findings.map(\.outcome) == [.inconclusive])
        #expect(open.findings.first?.needed == "1 more slice without an outage (1 s)")
        let wide = Verdict(timeline: Self.run(300), targets: Self.target(99, slice: .seconds(2)))
        #expect(wide.findings.map(\.outcome) == [.inconclusive])
    }

    @Test("half of the time without service misses 90 %, and a run or part without data is open")
    func missedAndOpen() {
        let missed = Verdict(timeline: Self.run(20, failing: 500..<1500), targets: Self.target(90))
        #expect(missed.findings.map(\.outcome) == [.missed])
        #expect(missed.findings.first?.evidence.contains("up for 50 % of their time") == true)
        let empty = Verdict(timeline: TrialRun(end: .seconds(20)).timeline, targets: Self.target(90))
        #expect(empty.findings.map(\.outcome) == [.inconclusive])
        #expect(empty.findings.first?.needed != nil)
        let part = Verdict(timeline: Self.run(20), targets: Self.target(90, phase: "crash"))
        #expect(part.findings.map(\.outcome) == [.inconclusive])
    }

    @Test("a failure in a part of a slice at the end is not lost")
    func leftOver() {
        // 5 slices of 6 s would be whole; the last second of 31 fails and is a slice of its own.
        let timeline = Self.run(31, failing: 3000..<3100)
        let sample = Sample(of: timeline, load: nil, phase: nil)
        let outages = sample.map { UserOutages($0, loads: timeline.loads, slice: .seconds(6)) }
        #expect(outages?.downShares == [0, 0, 0, 0, 0, 1])
        #expect(outages?.seen == 31)
    }

    @Test(
        "users of several hosts are counted and named; the one that is cut off counts half, however little it asked"
    )
    func severalHosts() throws {
        let seconds = { (due: Int, bad: Range<Int>) in
            (0..<20).map { Slice(start: Instant(.seconds($0)), due: due, good: bad.contains($0) ? 0 : due) }
        }
        let both = (0..<20).map {
            Slice(start: Instant(.seconds($0)), due: 1000, good: (5..<10).contains($0) ? 990 : 1000)
        }
        var tally = Tally()
        (tally.due, tally.good) = (20_000, 19_950)
        let timeline = AvailabilityFiguresTests.timeline(
            slices: both,
            tally: tally,
            senders: [("web-1", seconds(990, 0..<0)), ("web-2", seconds(10, 5..<10))]
        )
        let sample = try #require(Sample(of: timeline, load: nil, phase: nil))
        let outages = UserOutages(sample, loads: timeline.loads, slice: .seconds(1))
        #expect(outages.downShares == (0..<20).map { (5..<10).contains($0) ? 0.5 : 0 })
        let judged = UserJudgement(outages, allowed: 0.001, confidence: 0.95)
        #expect(judged.outcome == .missed)
        #expect(judged.evidence.hasPrefix("2 users: the hosts web-1, web-2; up for 8"), "\(judged.evidence)")
        #expect(judged.evidence.contains("20 slices of 1s, 5 with an outage"))
    }
}
