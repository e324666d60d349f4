import Measures
import Plan
import Recording
import Schedule
import Testing

@testable import Timeline

/// Timelines of recordings whose truth is known.
@Suite struct TimelineTruthTests {
    @Test("1000/s of which 2.0 s of 20 s are dead: 90 % and one outage of 2.0 s")
    func knownOutage() throws {
        let exchanges = Recorded.steady(until: .seconds(20), dead: [.seconds(5)..<(.seconds(7))])
        let load = try #require(Recorded.timeline(exchanges, end: .seconds(20)).loads.first)
        #expect(load.total.due == 20_000)
        #expect(load.total.good == 18_000)
        #expect(load.total.bad == ["refused": 2000])
        let expected = Outage(start: Instant(.seconds(5)), end: Instant(.seconds(7)), bad: 2000, due: 2000)
        #expect(load.outages == [expected])
        #expect(load.bursts == BurstSummary(count: 1, longest: 2000, varianceInflation: 2000))
        #expect(load.slices.count == 20)
        #expect(load.slices.count { $0.good < $0.due } == 2)
    }

    @Test("the order in which exchanges end does not change a timeline", arguments: [1, 2, 3] as [UInt64])
    func orderDoesNotMatter(seed: UInt64) throws {
        let dead: [Range<Duration>] = [
            .seconds(1)..<(.milliseconds(1400)), .seconds(3)..<(.milliseconds(3010)),
        ]
        var exchanges = Recorded.steady(until: .seconds(6), dead: dead)
        let expected = Recorded.timeline(exchanges, end: .seconds(6))
        var generator = SeededGenerator(seed: seed)
        exchanges.shuffle(using: &generator)
        let shuffled = Recorded.timeline(exchanges, end: .seconds(6))
        let (left, right) = (try #require(expected.loads.first), try #require(shuffled.loads.first))
        #expect(left.outages == right.outages)
        #expect(left.outages.count == 2)
        #expect(left.bursts == right.bursts)
        #expect(left.slices == right.slices)
        #expect(left.total.latencies == right.total.latencies)
        #expect(left.bins.map(\.p99) == right.bins.map(\.p99))
        #expect(left.bins.map(\.heat) == right.bins.map(\.heat))
    }

    @Test("good runs shorter than the steady time belong to the outage; longer ones end it")
    func flappingMerges() throws {
        let dead: [Range<Duration>] = [.seconds(2)..<(.seconds(3)), .milliseconds(3500)..<(.seconds(4))]
        let exchanges = Recorded.steady(until: .seconds(10), dead: dead)
        let merged = try #require(Recorded.timeline(exchanges, end: .seconds(10)).loads.first)
        let expected = Outage(start: Instant(.seconds(2)), end: Instant(.seconds(4)), bad: 1500, due: 2000)
        #expect(merged.outages == [expected])
        let apart = Recorded.timeline(exchanges, end: .seconds(10), steadyFor: .milliseconds(400))
        #expect(apart.loads.first?.outages.count == 2)
    }

    @Test("an outage is censored when the run ends before it was good for long enough")
    func censored() throws {
        let exchanges = Recorded.steady(until: .seconds(4), dead: [.seconds(2)..<(.milliseconds(3500))])
        let load = try #require(Recorded.timeline(exchanges, end: .seconds(4)).loads.first)
        #expect(load.outages == [Outage(start: Instant(.seconds(2)), end: nil, bad: 1500, due: 1500)])
        let shorter = Recorded.timeline(exchanges, end: .seconds(4), steadyFor: .milliseconds(500))
        #expect(shorter.loads.first?.outages.first?.end == Instant(.milliseconds(3500)))
    }

    @Test("nine good requests in a row are not yet steady, ten are", arguments: [(9, false), (10, true)])
    func steadyNeedsTen(good: Int, ends: Bool) {
        var finder = OutageFinder(SteadyRule(goodFor: .zero))
        finder.add(Mark(at: .zero, good: false))
        for index in 1...good { finder.add(Mark(at: Instant(.seconds(index)), good: true)) }
        let found = finder.finish(at: Instant(.seconds(good)))
        #expect((found.outages.first?.end != nil) == ends)
        #expect(found.unprovenGood == (ends ? nil : Instant(.seconds(1))))
    }

    @Test("a request belongs to the phase in which it was due, not to that in which it ended")
    func phaseByIntendedStart() throws {
        let fault = Recorded.kill("crash", at: .seconds(2), until: .seconds(3))
        let exchanges = [
            Recorded.answer(at: .milliseconds(1999), after: .milliseconds(500)),
            Recorded.answer(at: .seconds(2)),
            Recorded.answer(at: .milliseconds(2999), after: .seconds(1)),
            Recorded.answer(at: .seconds(3)),
        ]
        let timeline = Recorded.timeline(exchanges, faults: [fault], end: .seconds(5))
        #expect(timeline.phases.map(\.name) == ["baseline", "crash", "recovery"])
        #expect(timeline.loads.first?.byPhase.map(\.due) == [1, 2, 1])
        #expect(timeline.loads.first?.byPhase.map(\.good) == [1, 1, 1])
        #expect(timeline.loads.first?.total.bad == ["too slow": 1])
    }

    @Test(
        "why a request was bad, in a few stable words",
        arguments: [
            (UInt16(200), 5, nil, "in time"),
            (399, 800, nil, "both ends of the status range and of the time are good"),
            (400, 5, "status 400", "outside the range"),
            (503, 900, "status 503", "a wrong status is named before lateness"),
            (200, 801, "too slow", "late by a millisecond"),
        ] as [(UInt16, Int, String?, String)]
    )
    func goodness(status: UInt16, milliseconds: Int, fault: String?, reason: String) {
        let criterion = Recorded.load().good
        let exchange = Recorded.answer(at: .zero, after: .milliseconds(milliseconds), status: status)
        #expect(criterion.fault(in: exchange) == fault, "\(reason)")
        let http = Recorded.load().request
        #expect(criterion.words(of: http) == "status 200–399 within 800ms")
        let tcp = TCPRequestPlan(
            target: HostPort(host: "lb", port: 7),
            send: [],
            expect: .nothing,
            timeout: .seconds(1)
        )
        #expect(criterion.words(of: .tcp(tcp)) == "answered without an error within 800ms")
    }

    @Test("a request that was sent late is late: its time counts from when it was due")
    func lateSend() {
        var exchange = Recorded.answer(at: .zero, after: .milliseconds(900))
        exchange.sent = Instant(.milliseconds(600))
        #expect(Recorded.load().good.fault(in: exchange) == GoodCriterion.tooSlow)
    }

    @Test("a fast 503 counts as infinite latency, not as a fast answer")
    func wrongAnswersAreNotFast() throws {
        var exchanges: [Exchange] = []
        for index in 0..<100 {
            let at = Duration.milliseconds(index)
            exchanges.append(
                index % 4 == 0
                    ? Recorded.answer(at: at, after: .microseconds(100), status: 503)
                    : Recorded.answer(at: at, after: .milliseconds(10))
            )
        }
        let tally = try #require(Recorded.timeline(exchanges, end: .seconds(1)).loads.first).total
        #expect(tally.latencies.count == 100)
        #expect(tally.served.count == 75)
        #expect(tally.served.count(atMost: .milliseconds(1)) == 0)
        #expect(tally.served.upperBound(ofRank: 76) == nil)
    }

    @Test(
        "columns are whole milliseconds wide and at most 600",
        arguments: [1, 599, 600, 601, 90_000, 86_400_000],
        [0.0, 1, 200, 100_000]
    )
    func columns(milliseconds: Int64, rate: Double) {
        let end = Instant(.milliseconds(milliseconds))
        let width = LoadAccumulator.binWidth(until: end, perSecond: rate).nanoseconds
        #expect(width > 0)
        #expect(width % 1_000_000 == 0)
        #expect((end.nanoseconds + width - 1) / width <= 600)
    }

    @Test("a column holds about thirty requests, unless the run would have fewer than sixty columns")
    func columnsByRate() {
        let end = Instant(.seconds(90))
        #expect(LoadAccumulator.binWidth(until: end, perSecond: 500) == .milliseconds(150))
        #expect(LoadAccumulator.binWidth(until: end, perSecond: 100) == .milliseconds(300))
        #expect(LoadAccumulator.binWidth(until: end, perSecond: 1) == .milliseconds(1500))
    }

    @Test("every answer is in exactly one heat cell; what got none is in no cell")
    func heat() throws {
        var exchanges = Recorded.steady(
            until: .seconds(2),
            every: .milliseconds(10),
            dead: [.seconds(1)..<(.milliseconds(1500))]
        )
        exchanges.append(Recorded.answer(at: .seconds(1), after: .nanoseconds(1)))
        exchanges.append(Recorded.answer(at: .seconds(1), after: .seconds(100)))
        let load = try #require(Recorded.timeline(exchanges, end: .seconds(2)).loads.first)
        let cells = load.bins.flatMap(\.heat)
        #expect(load.bins.allSatisfy { $0.heat.count == LatencyRows.count })
        #expect(cells.reduce(0, +) == 152)
        #expect(load.bins.map(\.due).reduce(0, +) == 202)
        #expect(load.bins.map(\.completed).reduce(0, +) == 152)
    }

    @Test("a stopped run ends where it was stopped, and phases that it did not reach are gone")
    func stopped() {
        let fault = Recorded.kill("crash", at: .seconds(2), until: .seconds(3))
        let later = Recorded.kill("again", at: .seconds(6), until: .seconds(7))
        let stop = Recorded.event(
            .milliseconds(2500),
            .note(kind: .guardFired, text: "availability below 50%")
        )
        let exchanges = Recorded.steady(until: .milliseconds(2510))
        let timeline = Recorded.timeline(
            exchanges,
            events: [stop],
            faults: [fault, later],
            end: .seconds(10)
        )
        #expect(timeline.end == Instant(.milliseconds(2509)) + .nanoseconds(1))
        #expect(timeline.phases.map(\.name) == ["baseline", "crash"])
        #expect(timeline.phases.last?.end == timeline.end)
        #expect(timeline.loads.first?.byPhase.count == 2)
        #expect(timeline.notes == [stop])
    }

    @Test("exchanges of an unknown load are named, not lost in silence")
    func strangers() {
        var builder = TimelineBuilder(
            header: Recorded.header(.seconds(1)),
            schedule: Recorded.schedule(end: .seconds(1)),
            loads: [Recorded.load()],
            recovery: .seconds(1)
        )
        builder.add(Recorded.answer(at: .zero), load: "nobody")
        let timeline = builder.finish()
        #expect(timeline.loads.first?.total.due == 0)
        #expect(timeline.notes.count == 1)
    }
}
