import Measures
import Plan
import Testing
import Timeline

@testable import Verdict

/// A year from stated rates and measured outages.
@Suite struct YearlyEstimateTests {
    /// Kills at 10 s, 30 s, 50 s …, dead for so many seconds each.
    private func run(_ dead: [Int], happens: Bool = true) -> Timeline {
        var run = TrialRun(end: .seconds(20 * dead.count + 10))
        for index in dead.indices {
            run.kill(at: .seconds(20 * index + 10), until: .seconds(20 * index + 15), happens: happens)
        }
        run.send(every: .milliseconds(10)) { number in
            let (index, offset) = (number - 1000).quotientAndRemainder(dividingBy: 2000)
            guard number >= 1000, index < dead.count else { return .milliseconds(5) }
            return offset < dead[index] * 100 ? nil : .milliseconds(5)
        }
        return run.timeline
    }

    private func mode(
        _ rate: ExactDecimal = 4,
        _ period: FailureModePlan.Period = .year,
        fault: String = "crash"
    ) -> FailureModePlan {
        FailureModePlan(
            name: "primary lost",
            fault: fault,
            rate: rate,
            period: period,
            source: "incident log 2024"
        )
    }

    @Test("no stated rate, no year")
    func none() {
        #expect(YearlyEstimate(of: run([2]), modes: []) == nil)
        #expect(Verdict(timeline: run([2]), targets: AvailabilityFiguresTests.target(99, 0)).year == nil)
    }

    @Test("4 a year of 2 s are 8 s of 31 536 000 s; of one run no bound is told")
    func oneRun() throws {
        let year = try #require(YearlyEstimate(of: run([2]), modes: [mode()]))
        #expect(abs((year.unavailability ?? 0) - 8 / 31_536_000.0) < 1e-15)
        #expect(year.upper == nil)
        #expect(
            year.words
                == "at these rates 99.999975 % of a 365-day year, from 1 stated failure mode; not covered: what nobody listed"
        )
    }

    @Test("of three runs the bound is that of both parts measured")
    func threeRuns() throws {
        let year = try #require(YearlyEstimate(of: run([2, 3, 1]), modes: [mode()]))
        #expect(year.modes.first?.measured == 3)
        #expect(abs((year.modes.first?.costSeconds ?? 0) - 2) < 1e-9)
        // (k+1)/T × D/m × F^-1(0.95; 2(k+1), 2m) with k = 4, m = 3: F^-1(0.95; 10, 6) = 4.0600 (tables).
        let expected = 5 / 31_536_000.0 * 2 * 4.0600
        #expect(abs((year.upper ?? 0) / expected - 1) < 1e-4)
    }

    @Test("rates in other units and below one are whole outages in whole periods")
    func rates() {
        #expect(mode(TrialRun.decimal(5, -1)).counted == (1, 63_072_000))
        #expect(mode(TrialRun.decimal(25, -1), .month).counted == (5, 5_256_000))
        #expect(mode(TrialRun.decimal(4, 1), .week).counted == (40, 604_800))
        #expect(mode(1, .day).counted == (1, 86_400))
    }

    @Test("a fault that was not measured makes no estimate, and one cut short an upper one")
    func notMeasured() throws {
        let missing = try #require(YearlyEstimate(of: run([2], happens: false), modes: [mode()]))
        #expect(missing.unavailability == nil)
        #expect(missing.words == "no yearly estimate: this run did not measure primary lost")
        let both = try #require(YearlyEstimate(of: run([2]), modes: [mode(), mode(fault: "cut")]))
        #expect(both.unavailability == nil)
        let cut = try #require(YearlyEstimate(of: run([20, 30]), modes: [mode()]))
        #expect(cut.modes.first?.censored == true)
        #expect(cut.upper == nil)
        #expect(cut.words.contains("or less"))
    }

    @Test("rates that cannot be are not made a share")
    func impossible() throws {
        let year = try #require(YearlyEstimate(of: run([10]), modes: [mode(100_000, .day)]))
        #expect(year.words.hasPrefix("at these rates outages would overlap all of the time"))
    }
}
