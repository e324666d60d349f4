import Measures
import Plan
import Recording
import Schedule
import Testing

@testable import Timeline

/// What the recording says of faults and clocks.
@Suite struct FaultTimelineTests {
    private let crash = Recorded.kill("crash", at: .seconds(2), until: .seconds(3))

    private func step(
        _ step: InjectionEvent.Step,
        at: Duration,
        bound: Duration,
        host: String,
        fault: String = "crash#1"
    ) -> RunEvent {
        Recorded.event(
            at,
            bound: bound,
            host: host,
            .injection(InjectionEvent(fault: fault, step: step, detail: ""))
        )
    }

    @Test("a fault on several hosts starts with the first and ends with the last, within their bounds")
    func startAndEnd() throws {
        let events = [
            step(.started, at: .milliseconds(2003), bound: .milliseconds(1), host: "web1"),
            step(.started, at: .milliseconds(2005), bound: .milliseconds(4), host: "web2"),
            step(.ended, at: .milliseconds(3000), bound: .milliseconds(1), host: "web1"),
            step(.ended, at: .milliseconds(2998), bound: .milliseconds(2), host: "web2"),
        ]
        let fault = try #require(
            Recorded.timeline([], events: events, faults: [crash], end: .seconds(5)).faults.first
        )
        // The first start lies in [min(2002, 2001), min(2004, 2009)], the last end in [max(2999, 2996), max(3001, 3000)].
        #expect(
            fault.started
                == BoundedInstant(from: Instant(.milliseconds(2001)), to: Instant(.milliseconds(2004)))
        )
        #expect(
            fault.ended
                == BoundedInstant(from: Instant(.milliseconds(2999)), to: Instant(.milliseconds(3001)))
        )
        #expect(fault.injections.count == 4)
        #expect(fault.description == "kill nginx with SIGKILL on web1, restart after 1s")
    }

    @Test("a fault that nothing was recorded of has no start and no end")
    func neverStarted() {
        let timeline = Recorded.timeline([], faults: [crash], end: .seconds(5))
        #expect(timeline.faults.first?.started == nil)
        #expect(timeline.faults.first?.ended == nil)
    }

    @Test("recovery is counted from the start that was recorded, up to the next fault")
    func recovery() throws {
        let later = Recorded.kill("again", at: .seconds(6), until: .seconds(7))
        let dead: [Range<Duration>] = [
            .milliseconds(2100)..<(.milliseconds(2600)), .milliseconds(6000)..<(.milliseconds(6200)),
        ]
        let exchanges = Recorded.steady(until: .seconds(10), dead: dead)
        let started = step(.started, at: .milliseconds(2050), bound: .microseconds(30), host: "web1")
        let timeline = Recorded.timeline(
            exchanges,
            events: [started],
            faults: [crash, later],
            end: .seconds(10)
        )
        let expected = Recovery(
            due: 3950,
            bad: 500,
            timeToImpact: .milliseconds(50),
            outage: .milliseconds(500),
            timeToRecover: .milliseconds(550),
            censored: false,
            longestBurst: 500,
            lostTime: .milliseconds(500)
        )
        #expect(timeline.faults.first?.recovery == expected)
        #expect(timeline.faults.last?.recovery.bad == 200)
        #expect(timeline.faults.last?.recovery.timeToRecover == .milliseconds(200))
    }

    @Test("an outage that the next fault cuts short is censored: good from there, if it had stayed so")
    func censoredByTheNextFault() throws {
        let later = Recorded.kill("again", at: .milliseconds(3500), until: .seconds(4))
        let exchanges = Recorded.steady(until: .seconds(10), dead: [.seconds(2)..<(.milliseconds(2900))])
        let timeline = Recorded.timeline(exchanges, faults: [crash, later], end: .seconds(10))
        let recovery = try #require(timeline.faults.first).recovery
        #expect(recovery.censored)
        #expect(recovery.timeToRecover == .milliseconds(900))
        #expect(recovery.outage == .milliseconds(900))
        #expect(recovery.lostTime == .milliseconds(900))
        #expect(timeline.faults.last?.recovery.timeToRecover == nil)
        #expect(timeline.faults.last?.recovery.censored == false)
    }

    @Test("half of the requests lost for a second cost half a second")
    func lostTime() throws {
        var exchanges: [Exchange] = []
        for index in 0..<6000 {
            let at = Duration.milliseconds(index)
            let isLost = (2000..<3000).contains(index) && index % 2 == 0
            exchanges.append(isLost ? Recorded.refused(at: at) : Recorded.answer(at: at))
        }
        let timeline = Recorded.timeline(exchanges, faults: [crash], end: .seconds(6))
        let recovery = try #require(timeline.faults.first).recovery
        #expect(recovery.outage == .milliseconds(999))
        // 500 of the 999 that were due from the first bad to the last.
        #expect(abs(recovery.lostTime.seconds - 0.5) < 0.001)
    }

    @Test("a clock is summed up by its last offset, worst and median bound")
    func clocks() {
        let bounds: [Int64] = [300, 100, 900, 200, 400]
        let events = bounds.enumerated().map { index, bound in
            Recorded.event(
                .seconds(index),
                .clock(
                    ClockReading(
                        offsetNanoseconds: Int64(index) * 10,
                        boundNanoseconds: bound,
                        state: "tracking",
                        exchanges: index,
                        roundTripNanoseconds: 1
                    )
                )
            )
        }
        let expected = ClockSummary(
            host: "web1",
            lastOffset: .nanoseconds(40),
            worstBound: .nanoseconds(900),
            medianBound: .nanoseconds(300),
            readings: 5,
            state: "tracking"
        )
        #expect(Recorded.timeline([], events: events.reversed(), end: .seconds(5)).clocks == [expected])
    }
}
