import Measures
import Plan
import Recording
import Schedule
import Testing

@testable import Timeline

/// One load of several hosts in one timeline.
@Suite struct SenderTimelineTests {
    private static let senders = LoadSenders(hosts: ["client1", "client2"], weights: [2, 1])

    private static func load(_ arrivals: ArrivalProcess = .constant(perSecond: 900)) -> LoadPlan {
        let one = Recorded.load()
        return LoadPlan(
            name: one.name,
            senders: senders,
            request: one.request,
            arrivals: arrivals,
            good: one.good,
            connections: one.connections
        )
    }

    /// Its exchanges until then, each with its sender's place.
    private static func exchanges(until end: Duration, _ arrivals: ArrivalProcess = .constant(perSecond: 900))
        -> [(exchange: Exchange, sender: Int)]
    {
        senders.hosts.enumerated().flatMap { place, host in
            let part = load(arrivals).part(of: host)
            let due = part.map { ArrivalSequence($0, schedule: Recorded.schedule(end: end)) }
            return (due.map(Array.init) ?? []).enumerated().map { number, instant in
                let slow = Duration.milliseconds(number % 50 == 0 ? 900 : 5)
                return (Recorded.answer(at: instant.sinceZero, after: slow), place)
            }
        }
    }

    private static func timeline(
        _ load: LoadPlan,
        _ exchanges: [(exchange: Exchange, sender: Int)],
        events: [RunEvent] = [],
        end: Duration
    ) -> Timeline {
        var builder = TimelineBuilder(
            header: Recorded.header(end),
            schedule: Recorded.schedule(end: end),
            loads: [load],
            recovery: .seconds(1)
        )
        for (exchange, sender) in exchanges { builder.add(exchange, load: "browse", sender: sender) }
        for event in events { builder.add(event) }
        return builder.finish()
    }

    @Test("figures of all senders are those of the same requests from one")
    func merged() throws {
        let exchanges = Self.exchanges(until: .seconds(10))
        let shared = try #require(Self.timeline(Self.load(), exchanges, end: .seconds(10)).loads.first)
        let single = try #require(
            Self.timeline(Recorded.load(), exchanges.map { ($0.exchange, 0) }, end: .seconds(10)).loads.first
        )
        #expect(shared.total.due == 9_000 && shared.total.due == single.total.due)
        #expect(shared.total.good == single.total.good && shared.total.bad == single.total.bad)
        for part in [0.5, 0.9, 0.99, 0.999, 1] {
            #expect(
                shared.total.latencies.bounds(atQuantile: part)
                    == single.total.latencies.bounds(atQuantile: part)
            )
        }
        #expect(shared.slices.map(\.due) == single.slices.map(\.due))
        #expect(shared.bursts.count == single.bursts.count)
        #expect(shared.senders.map(\.due) == [6_000, 3_000])
        #expect(shared.senders.map(\.good).reduce(0, +) == shared.total.good)
        #expect(shared.senders.allSatisfy { $0.missing == nil })
    }

    @Test("a host that is late all the time is not hidden among many that are not")
    func lateness() {
        let readings = (0..<20).flatMap { second in
            ["client1", "client2"].map { host in
                Recorded.event(
                    .seconds(second + 1),
                    host: host,
                    .generator(
                        GeneratorReading(
                            load: "browse",
                            offered: 1,
                            completed: 1,
                            latenessP99Nanoseconds: host == "client2" && second > 2 ? 80_000_000 : 1_000
                        )
                    )
                )
            }
        }
        // Nine of ten readings of all hosts together are of those that are on time.
        let others = (0..<400).map { _ in readings[0] }
        let load = Self.timeline(Self.load(), [], events: readings + others, end: .seconds(20)).loads[0]
        #expect(load.generatorLateness == .milliseconds(80))
        #expect(load.senders.map(\.generatorLateness) == [.microseconds(1), .milliseconds(80)])
    }

    @Test(
        "what a lost host was to send until the end is missing, in no figure, and counted exactly",
        arguments: [
            ArrivalProcess.constant(perSecond: 900), .poisson(perSecond: 900),
        ]
    )
    func lost(_ arrivals: ArrivalProcess) {
        let all = Self.exchanges(until: .seconds(10), arrivals)
        // client2 told of its first 4 s; the run went on to 5 s.
        let known = all.filter {
            $0.exchange.intended < Instant(.seconds($0.sender == 0 ? 5 : 4))
        }
        let told = [
            Recorded.event(.seconds(5), host: "client1", .note(kind: .finished, text: "browse")),
            Recorded.event(
                .seconds(5),
                host: "coordinator",
                .note(kind: .agentLost, text: "client2 is gone")
            ),
            Recorded.event(.seconds(10), host: "client2", .note(kind: .agentLost, text: "no answer")),
        ]
        let timeline = Self.timeline(Self.load(arrivals), known, events: told, end: .seconds(10))
        let missing = all.count {
            $0.sender == 1 && $0.exchange.intended >= Instant(.seconds(4))
                && $0.exchange.intended < timeline.end
        }
        #expect(timeline.end == Instant(.seconds(5)) && missing > 250)
        #expect(timeline.loads[0].senders.map(\.missing) == [nil, .known(missing)])
        #expect(timeline.loads[0].total.due == known.count)
    }

    @Test("a host that told all and was lost afterwards leaves nothing open")
    func lostAfterwards() {
        let told = [
            Recorded.event(.seconds(5), host: "client2", .note(kind: .finished, text: "browse")),
            Recorded.event(.seconds(5), host: "client2", .note(kind: .agentLost, text: "no answer")),
        ]
        let exchanges = Self.exchanges(until: .seconds(5))
        let timeline = Self.timeline(Self.load(), exchanges, events: told, end: .seconds(5))
        #expect(timeline.loads[0].senders.allSatisfy { $0.missing == nil })
    }

    @Test("of a closed model nobody knows how many are missing")
    func closed() {
        let load = Self.load(.closed(users: 4, think: .constant(.milliseconds(10))))
        let lost = Recorded.event(.seconds(2), host: "client1", .note(kind: .agentLost, text: "no answer"))
        let timeline = Self.timeline(load, [], events: [lost], end: .seconds(5))
        #expect(timeline.loads[0].senders.map(\.missing) == [.unknown, nil])
    }

    @Test("a load that is over early ends neither the run nor its phases")
    func earlyEnd() {
        let over = Recorded.event(.seconds(3), host: "client1", .note(kind: .finished, text: "browse"))
        let fault = Recorded.kill("crash", at: .seconds(6), until: .seconds(8))
        let timeline = Recorded.timeline(
            Recorded.steady(until: .seconds(3)),
            events: [over],
            faults: [fault],
            end: .seconds(10)
        )
        #expect(timeline.end == Instant(.seconds(10)) && timeline.phases.count == 3)
    }

    @Test("an exchange of a sender that the load does not have is not counted, and said")
    func strangers() {
        let stranger = [(exchange: Recorded.answer(at: .zero), sender: 2)]
        let timeline = Self.timeline(Self.load(), stranger, end: .seconds(1))
        #expect(timeline.loads[0].total.due == 0 && timeline.notes.count == 1)
    }
}
