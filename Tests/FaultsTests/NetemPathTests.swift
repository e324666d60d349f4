import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import TestSupport
import Testing
import Undoing

@testable import Faults

/// Detours with whatever the kernel has to hang there: netem, or else a line with a burst, which needs none.
@Suite(
    "Faults on a detour",
    .serialized,
    .requiresRoot,
    .requires(.ownedTables),
    .requires(.packetDetours)
)
struct NetemPathTests {
    /// A fault's rules and its qdiscs, without the choice of a backend.
    private final class Bench: Sendable {
        let keeper = TestKeeper()
        private let filter: FilterSocket
        private let paths: NetemPaths
        private let interface: String

        /// In the calling thread's namespace.
        init(interface: String = TestHost.interface) throws {
            filter = try FilterSocket()
            paths = NetemPaths(seed: 7, keeper: keeper, filter: filter)
            self.interface = interface
        }

        func arm(
            _ id: String,
            _ asked: Impairment,
            peers: [String],
            direction: TrafficFilter.Direction = .egress,
            window: ActingWindow
        ) throws -> NetemInjection {
            let prefixes = peers.compactMap { AddressPrefix($0) }
            let leaving = prefixes.map { PacketMatch(destination: $0, outputInterface: interface) }
            let arriving = prefixes.map { PacketMatch(source: $0, inputInterface: interface) }
            return try NetemInjection(
                id: id,
                asked: asked,
                filter: TrafficFilter(peers: prefixes, direction: direction),
                traffic: ConcernedTraffic(
                    leaving: direction == .ingress ? [:] : [.ip: leaving],
                    arriving: direction == .egress ? [:] : [.ip: arriving],
                    sparing: [:]
                ),
                interface: interface,
                paths: paths,
                socket: filter,
                window: window,
                leaseUntil: window.end
            )
        }

        func end() throws -> [String] { try paths.removeIfUnused() }
    }

    /// Slow enough that a hundred datagrams of 50 bytes on the wire take 400 ms; the first 1514 bytes pass at once.
    private static let line = Impairment(rate: LineRate(bitsPerSecond: 100_000, burst: 1514))
    private static let some =
        Feature.netem.answer().isYes ? Impairment(latency: .milliseconds(20)) : line

    private static func window(_ length: Int64 = 60_000) -> ActingWindow {
        let now = Clocks.monotonic()
        return ActingWindow(start: now, end: now + Pace.milliseconds(length))
    }

    @Test(
        "what a fault means takes the detour, in each direction, and nothing else does",
        arguments: TrafficFilter.Direction.allCases
    )
    func ways(direction: TrafficFilter.Direction) async throws {
        try await withTestNamespaces(count: 3) { hosts in
            let (near, far, other) = (hosts[0], hosts[1], hosts[2])
            let before = try PacketScene.state(of: near)
            let bench = try near.namespace.inside { try Bench() }
            for peer in [far, other] { try #expect(Self.spread(near, peer) < 200) }
            let injection = try near.namespace.inside {
                try bench.arm(
                    "f#1",
                    Self.line,
                    peers: [far.address],
                    direction: direction,
                    window: Self.window()
                )
            }
            let (out, back) = (direction != .ingress, direction != .egress)
            try #expect((Self.spread(near, far) > 250) == out)
            try #expect((Self.spread(far, near) > 250) == back)
            try #expect(Self.spread(near, other) < 200)
            try #expect(Self.spread(other, near) < 200)
            let found = try near.namespace.inside { try injection.readBack() }
            #expect(found.isInstalled && found.tally.dropped == 0, "\(found)")
            #expect(found.packets >= (direction == .both ? 200 : 100))
            let differences = try near.namespace.inside {
                try injection.heal()
                try injection.heal()
                return try bench.end()
            }
            #expect(differences == [])
            #expect(bench.keeper.kept == [])
            try #expect(Self.spread(near, far) < 200)
            try #expect(Self.spread(far, near) < 200)
            try expectSame(before, PacketScene.state(of: near))
        }
    }

    /// Milliseconds from the first to the last of a hundred datagrams that are sent at once; none may get lost.
    private static func spread(_ from: TestHost, _ to: TestHost) throws -> Int64 {
        let stream = try TimedStream.run(
            from: from,
            to: to,
            count: 100,
            spacing: 0,
            quiet: Pace.milliseconds(150)
        )
        #expect(stream.arrivals.count == 100)
        let instants = stream.arrivals.map(\.at)
        return ((instants.max() ?? 0) - (instants.min() ?? 0)) / 1_000_000
    }

    @Test("filters at the receiving side would see packets twice: unfit, and nothing is changed")
    func foreignIngress() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let near = hosts[0]
            try PacketScene.furnish(near)
            let before = try PacketScene.state(of: near)
            let peer = hosts[1].address
            let differences = try near.namespace.inside {
                let bench = try Bench()
                for direction in [TrafficFilter.Direction.ingress, .both] {
                    let error = #expect(throws: NetemUnfit.self) {
                        try bench.arm(
                            "f#1",
                            Self.some,
                            peers: [peer],
                            direction: direction,
                            window: Self.window()
                        )
                    }
                    #expect(error?.reason.contains("twice") == true)
                }
                return try bench.end()
            }
            #expect(differences == [])
            try expectSame(before, PacketScene.state(of: near))
        }
    }

    @Test("an interface whose packets have no Ethernet header is unfit")
    func loopback() async throws {
        try await withTestNamespaces(count: 1) { hosts in
            try hosts[0].namespace.inside {
                let bench = try Bench(interface: "lo")
                #expect(throws: NetemUnfit.self) {
                    try bench.arm("f#1", Self.some, peers: ["127.0.0.1"], window: Self.window())
                }
            }
        }
    }

    @Test(
        "of a dead agent nothing acts any more, what it kept takes the rest away, and a new one needs not even that"
    )
    func dead() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let (near, far) = (hosts[0], hosts[1])
            let before = try PacketScene.state(of: near)
            let arm = { (bench: Bench) in
                try near.namespace.inside {
                    try bench.arm(
                        "f#1",
                        Self.line,
                        peers: [far.address],
                        direction: .both,
                        window: Self.window()
                    )
                }
            }
            var undos: [Undo] = []
            do {
                let bench = try near.namespace.inside { try Bench() }
                _ = try arm(bench)
                undos = bench.keeper.kept
            }
            #expect(undos.count == 2)
            // The sockets are closed, as the kernel does it for a process that got SIGKILL.
            try #expect(Self.spread(near, far) < 200)
            try #expect(Self.spread(far, near) < 200)
            do {
                let bench = try near.namespace.inside { try Bench() }
                let injection = try arm(bench)
                try #expect(Self.spread(near, far) > 250)
                #expect(try near.namespace.inside { try injection.readBack().isInstalled })
            }
            for undo in undos + undos { try near.namespace.inside { try UndoPerformer.perform(undo) } }
            try #expect(Self.spread(near, far) < 200)
            try expectSame(before, PacketScene.state(of: near))
        }
    }

    @Test("a hundred at once act each on its own, are as asked, and go one by one")
    func hundred() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let near = hosts[0]
            let before = try PacketScene.state(of: near)
            let differences = try near.namespace.inside {
                let bench = try Bench()
                let window = Self.window()
                var injections = try (1...100).map { number in
                    try bench.arm("f#\(number)", Self.some, peers: ["192.0.2.\(number)"], window: window)
                }
                for injection in injections { #expect(try injection.readBack().isInstalled) }
                while let injection = injections.popLast() {
                    try injection.heal()
                    if let other = injections.first { #expect(try other.readBack().isInstalled) }
                }
                return try bench.end()
            }
            #expect(differences == [])
            try expectSame(before, PacketScene.state(of: near))
        }
    }

    @Test(
        "a bystander's flow and another fault's lose no packet while twenty faults come and go, behind foreign qdiscs"
    )
    func bystanders() async throws {
        try await withTestNamespaces(count: 3) { hosts in
            let (near, far, other) = (hosts[0], hosts[1], hosts[2])
            try PacketScene.furnish(near)
            let before = try PacketScene.state(of: near)
            let bench = try near.namespace.inside { try Bench() }
            let count = 6000
            let spacing = Pace.milliseconds(4_000) / Int64(count)
            let bystander = try Aside(in: near.namespace) {
                try TimedStream.run(from: near, to: other, count: count, spacing: spacing, port: 7020)
            }
            let differences = try near.namespace.inside {
                // Wide enough for its flow.
                let kept = try bench.arm(
                    "kept",
                    Feature.netem.answer().isYes
                        ? Self.some : Impairment(rate: LineRate(bitsPerSecond: 8_000_000, burst: 1514)),
                    peers: [far.address],
                    window: Self.window()
                )
                let delayed = try Aside(in: near.namespace) {
                    try TimedStream.run(from: near, to: far, count: count, spacing: spacing, port: 7021)
                }
                var injections: [NetemInjection] = []
                let interval = Pace.milliseconds(4_000) / 40
                for number in 1...20 {
                    let peers = ["192.0.2.\(number)"]
                    injections.append(
                        try bench.arm("f#\(number)", Self.some, peers: peers, window: Self.window())
                    )
                    Clocks.sleepUntil(monotonic: Clocks.monotonic() + interval)
                    if number > 3 { try injections.removeFirst().heal() }
                }
                for injection in injections { try injection.heal() }
                #expect(try delayed.value().arrivals.count == count)
                let found = try kept.readBack()
                #expect(found.tally.dropped == 0 && found.packets >= count, "\(found)")
                try kept.heal()
                // While the detour itself goes and comes back.
                for number in 1...3 {
                    let left = try bench.end()
                    #expect(left == [])
                    let peers = ["192.0.2.1"]
                    try bench.arm("g#\(number)", Self.some, peers: peers, window: Self.window()).heal()
                }
                return try bench.end()
            }
            #expect(differences == [])
            let stream = try bystander.value()
            #expect(stream.errors == [])
            #expect(stream.arrivals.count == count)
            try expectSame(before, PacketScene.state(of: near))
        }
    }

    @Test(
        "faults on the same packets all act, in every combination, as they come and go",
        .requires(.delayTree)
    )
    func composed() async throws {
        try await withTestNamespaces(count: 3) { hosts in
            let (near, far, other) = (hosts[0], hosts[1], hosts[2])
            let bench = try near.namespace.inside { try Bench() }
            let latencies: [Int64] = [40, 60, 100, 200]
            var injections: [NetemInjection] = []
            for (index, latency) in latencies.enumerated() {
                // The third means both.
                let peers = index == 2 ? [far.address, other.address] : [far.address]
                injections.append(
                    try near.namespace.inside {
                        try bench.arm(
                            "f#\(index)",
                            Impairment(latency: .milliseconds(latency)),
                            peers: peers,
                            window: Self.window()
                        )
                    }
                )
                try Self.expectDelay(near, far, latencies.prefix(index + 1).reduce(0, +))
                try Self.expectDelay(near, other, index < 2 ? 0 : 100)
            }
            let second = injections.remove(at: 1)
            let rest = injections
            try near.namespace.inside {
                for injection in [second] + rest {
                    let found = try injection.readBack()
                    #expect(found.isInstalled && found.packets >= 20, "\(found)")
                }
                try second.heal()
            }
            // Without the second.
            try Self.expectDelay(near, far, 340)
            try Self.expectDelay(near, other, 100)
            try near.namespace.inside {
                for injection in rest {
                    #expect(try injection.readBack().isInstalled)
                    try injection.heal()
                }
                #expect(try bench.end() == [])
            }
            try Self.expectDelay(near, far, 0)
        }
    }

    /// The least delay of twenty datagrams, which nothing but the faults makes longer; an emulator makes it late.
    private static func expectDelay(_ from: TestHost, _ to: TestHost, _ milliseconds: Int64) throws {
        let stream = try TimedStream.run(from: from, to: to, count: 20, spacing: Pace.milliseconds(2))
        #expect(stream.arrivals.count == 20)
        let least = (stream.arrivals.map { $0.at - $0.sent }.min() ?? 0) / 1_000
        #expect(
            (milliseconds * 1000...(milliseconds + 15) * 1000).contains(least),
            "\(least) µs, not \(milliseconds) ms"
        )
    }

    @Test("of faults on the same packets, each one's losses are its own", .requires(.delayTree))
    func losses() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let (near, far) = (hosts[0], hosts[1])
            let bench = try near.namespace.inside { try Bench() }
            let half = Share("50%") ?? .one
            let shares = [
                ("a", Impairment(loss: .random(half))), ("b", Impairment(latency: .milliseconds(5))),
            ]
            let injections = try near.namespace.inside {
                try (shares + [("c", Impairment(loss: .random(half)))]).map { id, asked in
                    try bench.arm(id, asked, peers: [far.address], window: Self.window())
                }
            }
            let stream = try TimedStream.run(from: near, to: far, count: 1000, spacing: Pace.milliseconds(1))
            let tallies = try near.namespace.inside { try injections.map { try $0.readBack().tally } }
            #expect(stream.errors == [])
            #expect(tallies.map(\.seen) == [1000, 1000, 1000])
            #expect(tallies[1].dropped == 0)
            #expect(Int(tallies[0].dropped + tallies[2].dropped) == 1000 - stream.arrivals.count)
            // Four standard deviations.
            #expect((437...563).contains(tallies[0].dropped))
            try near.namespace.inside {
                try injections[2].heal()
                // What it lost in the class of all three is the first one's own count still.
                #expect(try injections[0].readBack().tally.dropped == tallies[0].dropped)
                for injection in injections { try injection.heal() }
                #expect(try bench.end() == [])
            }
        }
    }
}
