import Measures
import Recording
import ReferenceTime
import Testing

@testable import Timeline

@Suite("Several hosts' clocks at once")
struct ClockMeshTests {
    private static let zero: Int64 = 1_000_000_000_000

    /// reference − host, constant.
    private let offsets: [String: Int64] = ["a": 3_000_000, "b": -7_000_000, "c": 900_000_000_000]

    private func theta(_ host: String) -> Int64 { offsets[host] ?? 0 }

    private func event(_ host: String, at second: Int, _ body: RunEvent.Body) -> RunEvent {
        let local = Self.zero + Int64(second) * 1_000_000_000 - theta(host)
        return RunEvent(
            at: BoundedInstant(from: Instant(.seconds(second)), to: Instant(.seconds(second + 1))),
            host: host,
            local: LocalSpan(from: local, to: local + 1_000_000_000),
            body: body
        )
    }

    private func star(_ host: String, at second: Int, width: Int64, wrong: Int64 = 0) -> RunEvent {
        let local = Self.zero + Int64(second) * 1_000_000_000 - theta(host)
        let model = ClockModel(
            time: local,
            low: theta(host) + wrong - width,
            high: theta(host) + wrong + width,
            driftPPM: 200
        )
        return event(
            host,
            at: second,
            .clock(
                ClockReading(
                    offsetNanoseconds: theta(host),
                    boundNanoseconds: width,
                    state: "sync",
                    exchanges: 20,
                    roundTripNanoseconds: 2 * width,
                    model: model
                )
            )
        )
    }

    /// True one-way latencies of 2 ms there and 1 ms back; nil width: the pair never exchanged clocks.
    private func path(_ host: String, _ peer: String, at second: Int, width: Int64?, out: Int64 = 2_000_000)
        -> RunEvent
    {
        let local = Self.zero + Int64(second) * 1_000_000_000 - theta(host)
        let ahead = theta(host) - theta(peer)
        let model = width.map {
            ClockModel(time: local, low: ahead - $0, high: ahead + $0, driftPPM: 200)
        }
        return event(
            host,
            at: second,
            .path(
                PathReading(
                    peer: peer,
                    sent: 20,
                    answered: 19,
                    lostOut: 1,
                    lostBack: 0,
                    out: .init(least: out + ahead, median: out + ahead + 1000, p99: out + ahead + 50_000),
                    back: .init(
                        least: 1_000_000 - ahead,
                        median: 1_001_000 - ahead,
                        p99: 1_050_000 - ahead
                    ),
                    low: width.map { ahead - $0 },
                    high: width.map { ahead + $0 },
                    model: model
                )
            )
        )
    }

    private func timeline(_ events: [RunEvent]) -> Timeline {
        var builder = TimelineBuilder(
            header: Recorded.header(.seconds(10)),
            schedule: Recorded.schedule(
                [Recorded.kill("slow", at: .seconds(4), until: .seconds(8))],
                end: .seconds(10)
            ),
            loads: [],
            recovery: .seconds(1),
            redating: Redating(zeroReference: Self.zero, events: events)
        )
        for event in events { builder.add(event) }
        return builder.finish()
    }

    private func way(_ timeline: Timeline, _ from: String, _ to: String) throws -> PathTimeline {
        try #require(timeline.paths.first { $0.from == from && $0.to == to })
    }

    @Test(
        "both ways of a pair come out as they are, whatever its clocks show, and only the slow one has changed"
    )
    func ways() throws {
        var events: [RunEvent] = []
        for second in 0..<10 {
            events += ["a", "b", "c"].map { star($0, at: second, width: 30_000) }
            let out: Int64 = (4..<8).contains(second) ? 7_000_000 : 2_000_000
            events.append(path("a", "c", at: second, width: 10_000, out: out))
        }
        let timeline = timeline(events)
        let (out, back) = (try way(timeline, "a", "c"), try way(timeline, "c", "a"))
        #expect(out.seconds.count == 10)
        for (index, second) in out.seconds.enumerated() {
            let truth: Duration = .milliseconds((4..<8).contains(index) ? 7 : 2)
            let latency = try #require(second.latency)
            #expect(latency.bound <= .microseconds(10))
            #expect(latency.least - latency.bound <= truth && truth <= latency.least + latency.bound)
            #expect(second.lost == 1 && second.sent == 20 && second.answered == 19)
        }
        #expect(try #require(back.seconds.first).lost == 0)
        let changes = [out, back].map { $0.byPhase.map(\.change) }
        let change = try #require(changes[0][1])
        #expect(changes[0][0] == nil)
        #expect(
            change.value - change.bound <= .milliseconds(5) && .milliseconds(5) <= change.value + change.bound
        )
        let none = try #require(changes[1][1])
        #expect(none.value <= none.bound && .zero - none.value <= none.bound)
        #expect(out.byPhase[1].sent == 80 && out.byPhase[1].lost == 4)
        #expect(out.floor?.least == out.byPhase[0].latency?.least)
        #expect(timeline.notes.isEmpty)
    }

    @Test("a pair that never exchanged clocks is known by the way over the others")
    func roundAbout() throws {
        var events: [RunEvent] = []
        for second in 0..<10 {
            events += ["a", "c"].map { star($0, at: second, width: 30_000) }
            events.append(star("b", at: second, width: 300_000))
            events += [path("a", "c", at: second, width: nil), path("a", "b", at: second, width: 5_000)]
            events.append(path("b", "c", at: second, width: 5_000))
        }
        let latency = try #require(try way(timeline(events), "a", "c").seconds[5].latency)
        // Over b it is 5 + 5 µs, over the reference 30 + 30; half of a second's drift comes on top.
        #expect(latency.bound <= .microseconds(10 + 100 + 1) && latency.bound >= .microseconds(10))
        let truth: Duration = .milliseconds(2)
        #expect(latency.least - latency.bound <= truth && truth <= latency.least + latency.bound)
    }

    @Test("clocks that contradict one another are named once, and are broken; those that do not are not")
    func contradiction() throws {
        var events: [RunEvent] = []
        for second in 0..<10 {
            events.append(star("a", at: second, width: 30_000))
            events.append(star("b", at: second, width: 30_000))
            events.append(star("c", at: second, width: 30_000, wrong: 2_000_000))
            events.append(path("a", "c", at: second, width: 10_000))
            events.append(path("a", "b", at: second, width: 10_000))
        }
        let timeline = timeline(events)
        #expect(timeline.notes.count == 1)
        guard case .note(kind: .clocksDisagree, let text) = timeline.notes.first?.body else {
            Issue.record("no note")
            return
        }
        #expect(text.contains("a, ") || text.contains(", a"))
        #expect(text.contains("c") && !text.contains("b, ") && !text.contains(" b "))
        // 2 ms less the three intervals' widths, 30 + 30 + 10 µs.
        #expect(text.contains("1.93 ms"), "\(text)")
        let states = Dictionary(uniqueKeysWithValues: timeline.clocks.map { ($0.host, $0.state) })
        #expect(states == ["a": "broken", "b": "sync", "c": "broken"])
    }

    @Test(
        "without a zero, or with impossible numbers, ways are known by what their hosts said alone, or not at all"
    )
    func damaged() throws {
        var odd = path("a", "b", at: 1, width: 10_000)
        guard case .path(var reading) = odd.body else { return }
        reading.low = .min
        reading.high = .max
        reading.out = .init(least: .min, median: .max, p99: .max)
        reading.model = ClockModel(time: .max, low: .min, high: .max, driftPPM: .max)
        odd.body = .path(reading)
        var backwards = odd
        backwards.local = LocalSpan(from: 2, to: 1)
        var far = odd
        far.local = LocalSpan(from: .min, to: .max)
        let timeline = timeline([odd, backwards, far, star("a", at: 1, width: 1)])
        #expect(timeline.paths.allSatisfy { $0.seconds.allSatisfy { $0.latency == nil } })
    }
}
