import Faults
import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import TestSupport
import Testing

/// Twenty faults that come and go at drawn instants, overlapping in time, each armed and healed by a thread of its own as an
/// agent's calls may come, beside flows that must not notice.
@Suite("Faults that come and go", .serialized, .requiresRoot, .requires(.ownedTables))
struct CompositionTests {
    @Test(
        "take no packet of a bystander's flow nor of one under another fault: by the queue",
        .requires(.packetQueues),
        arguments: [1, 2] as [UInt64]
    )
    func queue(seed: UInt64) async throws { try await Self.compose(seed: seed, by: .queue) }

    @Test(
        "take no packet of a bystander's flow nor of one under another fault: by netem",
        .requires(.delayTree),
        .requires(.packetDetours),
        arguments: [1, 2] as [UInt64]
    )
    func netem(seed: UInt64) async throws { try await Self.compose(seed: seed, by: .netem) }

    @Test(
        "healed, leave the packets alone that another still holds: by the queue",
        .requires(.packetQueues)
    )
    func heldByQueue() async throws { try await Self.heal(by: .queue) }

    @Test(
        "healed, leave the packets alone that another still holds: by netem",
        .requires(.delayTree),
        .requires(.packetDetours)
    )
    func heldByNetem() async throws { try await Self.heal(by: .netem) }

    private static func heal(by backend: DelayBackend) async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let (near, slow) = (hosts[0], hosts[1])
            _ = try TimedStream.run(from: near, to: slow, count: 1, spacing: 0)
            let faults = try agent(on: near, by: backend, seed: 1)
            let longer = try arm("longer#1", .milliseconds(800), faults, near, slow)
            let shorter = try arm("shorter#1", .milliseconds(10), faults, near, slow)
            let stream = try Aside(in: near.namespace) {
                try TimedStream.run(
                    from: near,
                    to: slow,
                    count: 200,
                    spacing: 1_000_000,
                    quiet: Pace.milliseconds(1500),
                    port: VisitingFault.slowPort
                )
            }
            // When most have been sent, and none has arrived.
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 400_000_000)
            try near.namespace.inside { try shorter.heal() }
            let arrived = try stream.value()
            expectWhole(arrived, count: 200)
            #expect(arrived.arrivals.allSatisfy { $0.at - $0.sent >= 800_000_000 - earliness })
            try near.namespace.inside { try longer.heal() }
            #expect(faults.differencesFromBefore() == [])
        }
    }

    private static func agent(on host: TestHost, by backend: DelayBackend, seed: UInt64) throws
        -> PacketFaults
    {
        try host.namespace.inside {
            let (interface, keeper) = (TestHost.interface, TestKeeper())
            return try PacketFaults(interface: interface, seed: seed, keeper: keeper, backend: backend)
        }
    }

    /// A delay of the flow to `slow` that lasts.
    private static func arm(
        _ id: String,
        _ latency: Duration,
        _ faults: PacketFaults,
        _ near: TestHost,
        _ slow: TestHost
    ) throws -> any Injection {
        try near.namespace.inside {
            let now = Clocks.monotonic()
            return try faults.impair(
                id: id,
                Impairment(latency: latency),
                on: VisitingFault.lasting(on: slow),
                window: ActingWindow(start: now, end: now + Pace.longest),
                leaseUntil: .max
            )
        }
    }

    /// netem counts in 64 ns. Nanoseconds.
    private static let earliness: Int64 = 1_000
    /// What the fault that lasts adds to every packet of its flow.
    private static let latency = Duration.milliseconds(100)
    /// What any of the twenty delays a packet by is this at least, but for the draws of a jitter. Nanoseconds.
    private static let noticed: Int64 = 10_000_000

    private static func compose(seed: UInt64, by backend: DelayBackend) async throws {
        try await withTestNamespaces(count: 4) { hosts in
            let (near, slow, quiet, busy) = (hosts[0], hosts[1], hosts[2], hosts[3])
            for peer in [slow, quiet, busy] {
                _ = try TimedStream.run(from: near, to: peer, count: 1, spacing: 0)
            }
            let before = try PacketScene.state(of: near)
            let length = Pace.milliseconds(4_000)
            let faults = try agent(on: near, by: backend, seed: seed)
            let lasting = try arm("lasting#1", latency, faults, near, slow)
            let flow = { (from: TestHost, to: TestHost, count: Int, port: UInt16) in
                try Aside(in: from.namespace) {
                    try TimedStream.run(
                        from: from,
                        to: to,
                        count: count,
                        spacing: length / Int64(count),
                        quiet: Pace.milliseconds(600),
                        port: port
                    )
                }
            }
            let delayed = try flow(near, slow, 8000, VisitingFault.slowPort)
            let bystanders = [try flow(near, quiet, 8000, 7022), try flow(quiet, near, 4000, 7023)]
            let concerned = [try flow(near, busy, 2000, 7024), try flow(busy, near, 2000, 7025)]

            let beginning = Clocks.monotonic()
            let visits = VisitingFault.twenty(seed: seed, length: length, slow: slow, busy: busy)
            let visiting = try visits.map { visit in
                try Aside(in: near.namespace) { try visit.visit(faults, beginning: beginning) }
            }
            for (visit, aside) in zip(visits, visiting) {
                let found = try aside.value()
                #expect(found.isInstalled, "\(visit.id): \(found)")
                // That a flow loses nothing is to be said of faults that act.
                if visit.hasTraffic { #expect(found.packets > 0, "\(visit)") }
            }

            for (stream, count) in zip(try bystanders.map { try $0.value() }, [8000, 4000]) {
                expectWhole(stream, count: count)
                let late = stream.arrivals.count { $0.at - $0.sent > noticed }
                // An emulator alone is later than that.
                if Pace.factor == 1 { #expect(late < count / 100, "\(late) were late") }
            }
            let stream = try delayed.value()
            expectWhole(stream, count: 8000)
            let least = stream.arrivals.map { $0.at - $0.sent }.min() ?? 0
            #expect(least >= latency.nanoseconds - earliness, "one took only \(least) ns")
            for stream in try concerned.map({ try $0.value() }) {
                #expect(stream.errors == [], "a sender was told")
                #expect(Set(stream.arrivals.map(\.number)).count < 2000, "nothing was lost of what should be")
            }

            try near.namespace.inside {
                let found = try lasting.readBack()
                #expect(found.isInstalled && found.packets == 8000 && found.tally.dropped == 0, "\(found)")
                try lasting.heal()
            }
            #expect(faults.differencesFromBefore() == [])
            try expectSame(before, PacketScene.state(of: near))
        }
    }

    /// Each came, and once.
    private static func expectWhole(_ stream: TimedStream, count: Int) {
        #expect(stream.errors == [])
        #expect(stream.arrivals.count == count)
        let numbers = Set(stream.arrivals.map(\.number))
        let lost = (0..<count).filter { !numbers.contains($0) }
        #expect(lost.isEmpty, "\(lost.count) lost, the first ones \(lost.prefix(5))")
    }
}
