import Foundation
import Measures
import Plan
import Recording
import Testing
import Timeline

@testable import Verdict

@Suite struct RecoveryDetailTests {
    private func detail(_ run: TrialRun, objectives: [BudgetObjective] = []) throws -> RecoveryDetail {
        let timeline = run.timeline
        let fault = try #require(timeline.faults.first)
        return try #require(RecoveryDetail(fault, in: timeline, objectives: objectives))
    }

    @Test(
        "healed while the fault acts is before its end, needing the fault gone is after it",
        arguments: [
            (6000, -2.0), (9500, 1.5),
        ]
    )
    func removal(until: Int, seconds: Double) throws {
        var run = TrialRun(end: .seconds(20))
        run.kill(at: .seconds(5), until: .seconds(8))
        run.send(every: .milliseconds(1)) { (5000..<until).contains($0) ? nil : .milliseconds(5) }
        let found = try detail(run)
        #expect(abs((found.afterRemovalSeconds ?? 0) - seconds) < 1e-9)
        #expect(found.bursts == 1)
        #expect(found.due - found.good == until - 5000)
    }

    @Test("a recovery that was not seen leaves the time after the end as a least one")
    func censored() throws {
        var run = TrialRun(end: .seconds(20))
        run.kill(at: .seconds(5), until: .seconds(8))
        run.send(every: .milliseconds(1)) { $0 >= 5000 ? nil : .milliseconds(5) }
        let found = try detail(run)
        #expect(found.afterRemovalSeconds == 12)
        #expect(found.slices == 15)
        #expect(found.badSlices == 15)
        #expect(found.goodSlicesLower == 0)
        #expect(found.goodSlicesUpper < 0.22)
    }

    @Test(
        "the system's first word is the first log line that the clocks do not prove to be older",
        arguments: [
            (Duration.zero, 0.25), (.milliseconds(200), -0.1),
        ]
    )
    func signal(bound: Duration, seconds: Double) throws {
        var run = TrialRun(end: .seconds(20))
        run.kill(at: .seconds(5), until: .seconds(8), bound: bound)
        for (at, name) in [(4900, "early"), (5250, "lost"), (5300, "elected")] {
            run.events.append(
                RunEvent(
                    at: BoundedInstant(Instant(.milliseconds(at)), bound: .milliseconds(1)),
                    host: "web1",
                    body: .logMark(LogMark(service: "nginx", name: name, line: ""))
                )
            )
        }
        let signal = try #require(try detail(run).signal)
        #expect(abs(signal.seconds - seconds) < 1e-9)
        #expect(signal.words == "nginx on web1: \(bound == .zero ? "lost" : "early")")
        #expect(signal.boundMicroseconds == 1000 + bound.seconds * 1e6)
    }

    @Test("clocks known worse than the phase is long leave figures, not conclusions")
    func wideClocks() throws {
        var run = TrialRun(end: .seconds(20))
        run.kill(at: .seconds(5), until: .seconds(8), bound: .seconds(30))
        run.send(every: .milliseconds(1)) { (5000..<6000).contains($0) ? nil : .milliseconds(5) }
        let verdict = Verdict(
            timeline: run.timeline,
            targets: TargetsPlan(
                recovery: [RecoveryTarget(within: .seconds(5), steadyFor: .seconds(1))]
            )
        )
        #expect(verdict.findings.first?.outcome == .inconclusive)
        #expect(verdict.faults.first?.impactIsAfterStart == false)
        #expect(verdict.faults.first?.detail?.due == 1000)
    }

    @Test("a verdict from before there were such figures is still read")
    func older() throws {
        var run = TrialRun(end: .seconds(10))
        run.kill(at: .seconds(5), until: .seconds(8))
        run.send(every: .milliseconds(10))
        let verdict = Verdict(timeline: run.timeline, targets: AvailabilityFiguresTests.target(99, 0))
        var older = verdict
        (older.availability, older.uptime, older.budgets, older.year) = (nil, nil, nil, nil)
        for index in older.faults.indices { older.faults[index].detail = nil }
        let written = try JSONEncoder().encode(older)
        #expect(!String(decoding: written, as: UTF8.self).contains("uptime"))
        #expect(try JSONDecoder().decode(Verdict.self, from: written) == older)
        let now = try JSONEncoder().encode(verdict)
        #expect(try JSONDecoder().decode(Verdict.self, from: now) == verdict)
    }
}
