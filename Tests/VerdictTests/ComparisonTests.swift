import Foundation
import Measures
import Recording
import Schedule
import Testing
import Timeline

@testable import Verdict

struct ComparisonTests {
    /// Ten milliseconds on average, drawn; a share of them refused, one by one.
    private static func run(
        seed: UInt64,
        median: Double = 10,
        refused: Double = 0,
        seconds: Int64 = 60,
        also change: (inout TrialRun) -> Void = { _ in }
    ) -> RunFigures {
        var generator = SeededGenerator(seed: seed)
        var run = TrialRun(end: .seconds(seconds))
        run.send(every: .milliseconds(2)) { _ in
            if generator.unit() < refused { return nil }
            let normal = (-2 * log(1 - generator.unit())).squareRoot() * cos(2 * .pi * generator.unit())
            return .seconds(median / 1000 * exp(0.3 * normal))
        }
        change(&run)
        return run.figures(named: "run-\(seed)")
    }

    private static func difference(_ comparison: Comparison, _ measure: Difference.Measure) throws
        -> Difference
    {
        try #require(comparison.differences.first { $0.measure == measure && $0.fault == nil })
    }

    @Test("the same service twice: no figure differs, and no limit is broken")
    func same() throws {
        let allowed = try ["p99=10%", "p50=1ms", "availability=0.1%"].map { try Allowance($0) }
        let comparison = Comparison(
            before: Self.run(seed: 1),
            after: Self.run(seed: 2),
            allowing: allowed
        )
        #expect(comparison.differences.count == 5)
        #expect(comparison.count(.noDifference) == 5, "\(ComparisonText.render(comparison))")
        #expect(comparison.exitCode == 0, "\(comparison.findings)")
    }

    @Test("a fifth slower: worse in every percentile, by about a fifth, and beyond 10 % but not beyond 40 %")
    func slower() throws {
        let (before, after) = (Self.run(seed: 1), Self.run(seed: 2, median: 12))
        let comparison = Comparison(
            before: before,
            after: after,
            allowing: [try Allowance("p99=10%"), try Allowance("p90=40%")]
        )
        let p99 = try Self.difference(comparison, .p99)
        #expect(p99.answer == .worse)
        #expect(try #require(p99.ratioLower) < 0.2 && 0.2 < #require(p99.ratioUpper))
        #expect(comparison.findings.map(\.outcome) == [.missed, .met])
        #expect(comparison.exitCode == 1)
        let back = Comparison(before: after, after: before)
        #expect(try Self.difference(back, .p99).answer == .better)
        #expect(back.exitCode == 0)
    }

    @Test("what a short run cannot prove is inconclusive, whatever the figures are")
    func short() throws {
        let allowed = [try Allowance("p99=10%")]
        let comparison = Comparison(
            before: Self.run(seed: 1, seconds: 4),
            after: Self.run(seed: 2, median: 30, seconds: 4),
            allowing: allowed
        )
        #expect(try Self.difference(comparison, .p99).answer == .unknown)
        #expect(comparison.findings.map(\.outcome) == [.inconclusive])
        #expect(comparison.exitCode == 3)
    }

    @Test("more failures are worse; an infinite percentile is worse than any that is finite")
    func failures() throws {
        let comparison = Comparison(
            before: Self.run(seed: 1, refused: 0.002),
            after: Self.run(seed: 2, refused: 0.02),
            allowing: [try Allowance("availability=0.5%"), try Allowance("p99=10%")]
        )
        let failures = try Self.difference(comparison, .failures)
        #expect(failures.answer == .worse)
        #expect(try #require(failures.changeLower) < 0.018 && 0.018 < #require(failures.changeUpper))
        #expect(try Self.difference(comparison, .p99).after == nil)
        #expect(try Self.difference(comparison, .p99).answer == .worse)
        #expect(try Self.difference(comparison, .p50).answer == .noDifference)
        #expect(comparison.findings.first?.outcome == .missed)
    }

    @Test("one outage against none is told, and not proven, also when every other request is good meanwhile")
    func oneOutage() throws {
        let outage = { (run: inout TrialRun) in
            run.send(every: .milliseconds(2), from: .seconds(20), until: .seconds(22)) { _ in nil }
        }
        let comparison = Comparison(
            before: Self.run(seed: 1),
            after: Self.run(seed: 2, also: outage),
            allowing: [try Allowance("availability=0.1%")]
        )
        #expect(try Self.difference(comparison, .failures).answer == .unknown)
        #expect(comparison.exitCode == 3)
        // Twelve of them are enough to be told from none.
        let often = { (run: inout TrialRun) in
            for at in stride(from: Int64(2), to: 50, by: 4) {
                run.send(every: .milliseconds(2), from: .seconds(at), until: .seconds(at + 1)) { _ in nil }
            }
        }
        let many = Comparison(before: Self.run(seed: 1), after: Self.run(seed: 2, also: often))
        #expect(try Self.difference(many, .failures).answer == .worse)
    }

    @Test("recoveries: one of each is told, four of each can be proven")
    func recoveries() throws {
        let killed = { (seed: UInt64, times: Int64, down: Int64) in
            Self.run(seed: seed, seconds: 10 + 15 * times) { run in
                for number in 0..<times {
                    let at = Duration.seconds(10 + 15 * number)
                    run.kill(at: at, until: at + .seconds(down + 1))
                    let stop = at + .milliseconds(1000 * down + 10 * number)
                    run.send(every: .milliseconds(3), from: at + .milliseconds(1), until: stop) { _ in nil }
                }
            }
        }
        let allowed = [try Allowance("recovery=500ms")]
        let once = Comparison(before: killed(1, 1, 2), after: killed(2, 1, 5), allowing: allowed)
        let told = try #require(once.differences.first { $0.measure == .recovery })
        #expect(told.answer == .unknown && told.fault == "crash")
        #expect(abs(try #require(told.change) - 3) < 0.1)
        #expect(once.exitCode == 3)
        let often = Comparison(before: killed(1, 5, 2), after: killed(2, 5, 5), allowing: allowed)
        #expect(try #require(often.differences.first { $0.measure == .recovery }).answer == .worse)
        #expect(often.exitCode == 1)
    }

    @Test("different plans are compared, and what differs is said")
    func remarks() {
        var (before, after) = (Self.run(seed: 1), Self.run(seed: 1))
        #expect(Comparison(before: before, after: after).remarks == [])
        after.planDigest = "ffff"
        before.facts = [RunFigures.Fact("load browse", "500/s"), RunFigures.Fact("host a", "Linux 6.1")]
        after.facts = [RunFigures.Fact("load browse", "900/s")]
        after.phases[0].phase = "other"
        let comparison = Comparison(before: before, after: after)
        #expect(comparison.remarks.contains("load browse: 500/s → 900/s"))
        #expect(comparison.remarks.contains("host a: Linux 6.1 → none"))
        #expect(comparison.remarks.contains { $0.hasPrefix("different plans") })
        #expect(comparison.remarks.contains("browse in baseline is in run-1 alone"))
        #expect(comparison.differences.isEmpty)
    }

    @Test("figures survive JSON, and are the same when made again")
    func kept() throws {
        let figures = Self.run(seed: 3, refused: 0.02)
        let data = try JSONEncoder().encode(figures)
        #expect(try JSONDecoder().decode(RunFigures.self, from: data) == figures)
        #expect(Self.run(seed: 3, refused: 0.02) == figures)
    }

    @Test("of 120 pairs of runs of one service the p99 is called different in at most 10")
    func chance() throws {
        var called = 0
        for pair in 0..<120 {
            let comparison = Comparison(
                before: Self.run(seed: UInt64(1000 + pair), seconds: 12),
                after: Self.run(seed: UInt64(2000 + pair), seconds: 12)
            )
            if try Self.difference(comparison, .p99).answer != .noDifference { called += 1 }
        }
        #expect(called <= 10, "\(called)")
    }

    @Test(arguments: [
        ("p99=10%", Difference.Measure.p99, Allowance.Limit.relative(0.1)),
        ("p50 = 250 %", .p50, .relative(2.5)),
        ("p99.9=5ms", .p999, .absolute(5)), ("p90=250us", .p90, .absolute(0.25)),
        ("availability=0.1%", .failures, .absolute(0.001)), ("failures=2%", .failures, .absolute(0.02)),
        ("recovery=2s", .recovery, .absolute(2)), ("outage=1.5s", .outage, .absolute(1.5)),
        ("recovery=0%", .recovery, .relative(0)),
    ])
    func `a limit is read as it is written`(text: String, measure: Difference.Measure, limit: Allowance.Limit)
        throws
    {
        let allowance = try Allowance(text)
        #expect(allowance.measure == measure && allowance.limit == limit)
    }

    @Test(arguments: [
        "", "p99", "p99=", "=10%", "p95=10%", "p99=10", "p99=-1%", "availability=5ms", "p99=ms", "p99=1e400%",
        "p99=9e99s",
        "p99=10%%",
    ])
    func `a limit that says nothing is refused with what could be said`(text: String) {
        #expect(throws: AllowanceError.self) { try Allowance(text) }
    }
}

extension TrialRun {
    func figures(named name: String) -> RunFigures {
        var slices = LatencySlices(schedule.phases)
        for exchange in exchanges {
            slices.add(exchange, isServed: exchange.outcome == .answered(status: 200))
        }
        return RunFigures(run: name, timeline: timeline, slices: ["browse": slices], facts: [])
    }
}
