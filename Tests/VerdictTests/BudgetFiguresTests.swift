import Measures
import Plan
import Statistics
import Testing
import Timeline

@testable import Verdict

@Suite struct BudgetFiguresTests {
    @Test(
        "a full outage of 60 s in 100 s: the pager rings after 52 s at 99.9 %, and a run's length spends that much"
    )
    func outage() throws {
        var run = TrialRun(end: .seconds(100))
        run.kill(at: .seconds(20), until: .seconds(80))
        run.send(every: .milliseconds(10)) { (2000..<8000).contains($0) ? nil : .milliseconds(5) }
        let timeline = run.timeline
        let targets = AvailabilityFiguresTests.target(999, -1)
        let budget = try #require(BudgetFigures.all(of: timeline, targets: targets)?.first)
        #expect(budget.badShare == 0.6)
        // 60 s of 2592 s.
        #expect(abs(budget.spent - 60 / 2592.0) < 1e-12)
        #expect(budget.alerts.map(\.ringsAtSeconds) == [72, nil, nil, nil])
        #expect(
            budget.words
                == "error budget of 99.9 % in 30 days: this run spent 2.31 %; a pager would have rung 72 s after the start "
                + "(14.4 × the budget's rate over 1 h)"
        )
        let fault = try #require(timeline.faults.first)
        let detail = try #require(
            RecoveryDetail(
                fault,
                in: timeline,
                objectives: [TrialRun.decimal(999, -1), TrialRun.decimal(9999, -2), 99].map {
                    BudgetObjective(percent: $0)
                }
            )
        )
        #expect(detail.pages.map(\.seconds) == [52, 6, nil])
    }

    @Test("a fault's own page does not count what faults before it burnt")
    func alone() throws {
        var run = TrialRun(end: .seconds(200))
        run.kill(at: .seconds(20), until: .seconds(60))
        run.kill(at: .seconds(100), until: .seconds(140))
        run.send(every: .milliseconds(10)) { index in
            (2000..<6000).contains(index) || (10_000..<14_000).contains(index) ? nil : .milliseconds(5)
        }
        let timeline = run.timeline
        let verdict = Verdict(timeline: timeline, targets: AvailabilityFiguresTests.target(999, -1))
        // 40 s each page nobody; together they do, after 12 s of the second.
        #expect(verdict.budgets?.first?.page?.ringsAtSeconds == 112)
        #expect(verdict.faults.map { $0.detail?.pages.map(\.seconds) } == [[nil], [nil]])
    }

    @Test("a budget of a week is spent faster, and its pager is as much slower to ring")
    func week() throws {
        var run = TrialRun(end: .seconds(100))
        run.send(every: .milliseconds(10)) { (2000..<8000).contains($0) ? nil : .milliseconds(5) }
        let targets = AvailabilityFiguresTests.target(999, -1, window: .seconds(7 * 86_400))
        let budget = try #require(BudgetFigures.all(of: run.timeline, targets: targets)?.first)
        #expect(abs(budget.spent - 60 / 604.8) < 1e-12)
        // 2 % of 604.8 s.
        #expect(budget.page?.ringsAtSeconds == 33)
        #expect(budget.words.hasPrefix("error budget of 99.9 % in 7 days"))
    }

    @Test("targets of one objective on one load have one budget, an objective of 100 % has none")
    func distinct() throws {
        var run = TrialRun(end: .seconds(10))
        run.send(every: .milliseconds(10))
        let one = AvailabilityFiguresTests.target(999, -1).availability
        let all = AvailabilityFiguresTests.target(100, 0).availability
        let targets = TargetsPlan(availability: one + one + all)
        let budgets = try #require(BudgetFigures.all(of: run.timeline, targets: targets))
        #expect(budgets.count == 1)
        #expect(budgets.first?.spent == 0)
        #expect(budgets.first?.words.hasSuffix("this run spent 0 %; no pager would have rung") == true)
    }
}
