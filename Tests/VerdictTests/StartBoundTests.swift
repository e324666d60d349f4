import Measures
import Plan
import Recording
import Testing
import Timeline
import Verdict

@Suite("A fault whose start is not known well") struct StartBoundTests {
    private func trial(_ armings: [(host: String, Arming.State, bound: Duration)], happens: Bool = true)
        -> TrialRun
    {
        var trial = TrialRun(end: .seconds(10))
        trial.send(every: .milliseconds(10))
        trial.kill(at: .seconds(4), until: .seconds(5), happens: happens)
        for (host, state, bound) in armings {
            let at = BoundedInstant(Instant(.seconds(4)), bound: bound)
            let arming = Arming(fault: "crash#1", edge: .start, interval: at, state: state)
            trial.events.append(RunEvent(at: at, host: host, body: .arming(arming)))
        }
        return trial
    }

    private func codes(_ trial: TrialRun, limit: Duration = .milliseconds(1)) -> [Int32] {
        let bound = ClockBoundPlan(limit: limit, beyond: .inconclusive)
        return Incident.from(trial.timeline, clockBound: bound).map(\.exitCode)
    }

    @Test("beyond the limit makes the run inconclusive; what counts is the last word before it began")
    func limit() {
        #expect(
            codes(trial([("web1", .armed, .milliseconds(8)), ("web1", .settled, .microseconds(5))])) == []
        )
        #expect(codes(trial([("web1", .armed, .milliseconds(8))])) == [3])
        #expect(codes(trial([("web1", .settled, .milliseconds(1))])) == [])
        #expect(codes(trial([("web1", .settled, .microseconds(5))]), limit: .microseconds(4)) == [3])
    }

    @Test("armed too late makes the run inconclusive")
    func late() {
        #expect(codes(trial([("web1", .late, .microseconds(1))])) == [3])
    }

    @Test("refused is told once, by the note that ended the run, and not as a fault without effect")
    func refused() {
        var trial = trial([("web1", .refused, .milliseconds(2))], happens: false)
        trial.note(.clockUnknown, "crash#1 was not begun on web1", at: .seconds(4))
        #expect(codes(trial) == [6])
    }

    @Test("on several hosts is as far apart as both bounds allow")
    func skew() throws {
        var trial = trial([])
        for (host, at, bound) in [("web1", 4_000_010, 3), ("web2", 3_999_990, 4)] as [(String, Int64, Int64)]
        {
            let body = RunEvent.Body.injection(
                InjectionEvent(fault: "crash#1", step: .started, detail: "")
            )
            let instant = Instant(nanoseconds: at * 1000)
            trial.events.removeAll { $0.host == host }
            trial.events.append(
                RunEvent(
                    at: BoundedInstant(instant, bound: .microseconds(bound)),
                    host: host,
                    body: body
                )
            )
        }
        let timeline = trial.timeline
        let fault = try #require(timeline.faults.first)
        #expect(fault.startSkew == .microseconds(27))
        #expect(FaultFigures.all(of: timeline, targets: .none).first?.startSkewMicroseconds == 27)
    }
}
