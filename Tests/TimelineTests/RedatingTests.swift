import Measures
import Recording
import ReferenceTime
import Testing

@testable import Timeline

@Suite("Dating again from both sides")
struct RedatingTests {
    private let gap: Range<Int64> = 30_000_000_000..<60_000_000_000

    private func redating(_ host: DriftingHost, _ more: [RunEvent] = []) -> Redating {
        Redating(zeroReference: DriftingHost.zero, events: host.readings + more)
    }

    @Test("the truth stays within the bound, which is nowhere wider than the one stamped in the run")
    func holdsTheTruth() throws {
        for seed in UInt64(1)...20 {
            let host = DriftingHost(seconds: 80, gap: gap, seed: seed)
            let redating = redating(host)
            for event in host.changes(seconds: 80) {
                let local = try #require(event.local).from
                let truth = host.truth(local)
                let dated = redating.dated(event).at
                #expect((dated.earliest...dated.latest).contains(truth), "seed \(seed), local \(local)")
                // An instant ± bound in whole nanoseconds may be one wider than the interval that it was made of.
                let slack = Duration.nanoseconds(1)
                #expect(
                    event.at.earliest - slack <= dated.earliest && dated.latest <= event.at.latest + slack
                )
            }
        }
    }

    @Test("in a gap's second half the bound is narrower than the one of a clock that had only the past")
    func narrowerInTheGap() throws {
        let host = DriftingHost(seconds: 80, gap: gap)
        let redating = redating(host)
        var widest: Duration = .zero
        for event in host.changes(seconds: 80) {
            let local = try #require(event.local).from
            guard (46_000_000_000..<60_000_000_000).contains(local) else { continue }
            let dated = redating.dated(event).at
            #expect(dated.boundNanoseconds < event.at.boundNanoseconds * 95 / 100, "local \(local)")
            widest = max(widest, dated.bound)
        }
        // The online bound ends at 200 ppm · 30 s = 6 ms; the two-sided one is worst in the middle, with about half.
        #expect(widest > .milliseconds(2) && widest < .microseconds(3300), "\(widest)")
    }

    @Test("the last events of a gap are dated by what came after it")
    func edge() throws {
        let host = DriftingHost(seconds: 80, gap: gap)
        let event = host.event(at: 59_900_000_000, .note(kind: .started, text: ""))
        #expect(event.at.bound > .milliseconds(5))
        #expect(redating(host).dated(event).at.bound < .microseconds(200))
    }

    @Test("a stepped clock: what happened before the step was noticed is dated by either of its two offsets")
    func steppedClock() throws {
        for (seed, jump) in [(UInt64(1), Int64(100_000_000)), (2, -100_000_000), (3, 3_000_000)] {
            let host = DriftingHost(seconds: 60, step: (at: 33_333_000_000, by: jump), seed: seed)
            let redating = redating(host)
            var wrongOnline = 0
            for local in stride(from: Int64(33_300_000_000), to: 33_500_000_000, by: 1_000_000) {
                let event = host.event(at: local, .note(kind: .started, text: ""))
                let truth = host.truth(local)
                if !(event.at.earliest...event.at.latest).contains(truth) { wrongOnline += 1 }
                let dated = redating.dated(event).at
                #expect((dated.earliest...dated.latest).contains(truth), "local \(local), jump \(jump)")
            }
            // The case is a real one: for some milliseconds the host's own stamps were wrong.
            #expect(wrongOnline > 5)
            for event in host.changes(seconds: 60) {
                let dated = redating.dated(event).at
                let truth = host.truth(try #require(event.local).from)
                #expect((dated.earliest...dated.latest).contains(truth))
            }
        }
    }

    @Test("exchanges of a drifting host move to where they were, together, and the rest stays")
    func exchanges() throws {
        let host = DriftingHost(seconds: 100, gap: gap)
        let start = Int64(10_000_000_000)
        // The agent took this local instant for zero: its estimate was right then, to the bound.
        let origin = host.event(
            at: start,
            .origin(load: "browse", local: start - host.truth(start).nanoseconds)
        )
        let dating = try #require(redating(host, [origin]).load("browse", from: origin.host))
        let began = start - host.truth(start).nanoseconds
        var furthest: Duration = .zero
        for seconds in stride(from: 0.5, to: 95, by: 0.37) {
            let due = Instant(.seconds(seconds))
            let truth = host.truth(began + due.nanoseconds)
            let recorded = Recorded.answer(at: due.sinceZero)
            let dated = dating.dated(recorded)
            let error = dated.intended - truth
            let bound = dating.bound(of: due)
            #expect(error <= bound && .zero - error <= bound, "at \(seconds) s")
            #expect(dated.responseTime == recorded.responseTime)
            #expect(dated.sent - dated.intended == recorded.sent - recorded.intended)
            furthest = max(furthest, truth - due)
        }
        #expect(furthest > .milliseconds(1))
        #expect(dating.shift(of: Instant(.seconds(90))) > .milliseconds(1))
        #expect(dating.shift(of: Instant(.milliseconds(500))) == .zero)
    }

    @Test("without readings, without a zero or with impossible stamps all stays as it was recorded")
    func nothingToGoBy() {
        let host = DriftingHost(seconds: 5)
        let event = host.changes(seconds: 5)[0]
        #expect(Redating(zeroReference: nil, events: host.readings).dated(event) == event)
        #expect(Redating(zeroReference: 0, events: []).dated(event) == event)
        for span in [
            LocalSpan(from: .min, to: .max), LocalSpan(from: 2, to: 1), LocalSpan(from: .max, to: .max),
        ] {
            var odd = event
            odd.local = span
            #expect(redating(host).dated(odd) == odd)
        }
        for (local, recorded) in [(Int64.max, Int64(0)), (10_000_000_000, .max), (0, .min)] {
            let origin = host.event(at: 10_000_000_000, .origin(load: "browse", local: local))
            let dating = redating(host, [origin]).load("browse", from: origin.host)
            #expect(dating?.shift(of: Instant(nanoseconds: recorded)) ?? .zero == .zero)
        }
    }

    @Test(
        "a recording's timeline has its events where the clocks put them, and says how well requests are dated"
    )
    func timeline() throws {
        let host = DriftingHost(seconds: 30)
        let local = Int64(20_000_000_000)
        var late = host.event(
            at: local,
            .injection(InjectionEvent(fault: "crash#1", step: .started, detail: ""))
        )
        late.at = BoundedInstant(late.at.instant, bound: .milliseconds(20))
        let crash = Recorded.kill("crash", at: .seconds(10), until: .seconds(12))
        let origin = host.event(
            at: local,
            .origin(load: "browse", local: 10_000_000_000 - host.truth(10_000_000_000).nanoseconds)
        )
        let events = host.readings + [origin, late]
        var builder = TimelineBuilder(
            header: Recorded.header(.seconds(20)),
            schedule: Recorded.schedule([crash], end: .seconds(20)),
            loads: [Recorded.load(from: origin.host)],
            recovery: .seconds(1),
            redating: Redating(zeroReference: DriftingHost.zero, events: events)
        )
        for exchange in Recorded.steady(until: .seconds(20), dead: [.seconds(11)..<(.seconds(12))]) {
            builder.add(exchange, load: "browse")
        }
        for event in events { builder.add(event) }
        let fault = try #require(builder.finish().faults.first)
        let started = try #require(fault.started)
        #expect(started.bound < .microseconds(400))
        #expect((started.earliest...started.latest).contains(host.truth(local)))
        #expect(fault.recovery.requestBound > .zero)
        #expect(fault.recoveryBound == started.bound + fault.recovery.requestBound)
        #expect(fault.impactOrder == .before)
    }
}
