import Faults
import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import TestSupport
import Testing

/// What others have set on a host is the same afterwards, byte for byte, whatever fault came and went beside it.
@Suite("What is others'", .serialized, .requiresRoot, .requires(.ownedTables))
struct ForeignStateTests {
    /// Those of this kernel; each must be right.
    private static let backends: [DelayBackend] =
        (Feature.delayTree.answer().isYes && Feature.packetDetours.answer().isYes ? [.netem] : [])
        + (Feature.packetQueues.answer().isYes ? [.queue] : [])

    @Test(
        "stays as it is: traffic control and netdev chains",
        arguments: backends,
        [ForeignScene.htb, .clsact, .ingress, .netdev]
    )
    func trafficControl(backend: DelayBackend, scene: ForeignScene) async throws {
        try await Self.check(backend, scene)
    }

    @Test("stays as it is: qdiscs of stock kernels", .requires(.stockQdiscs), arguments: backends)
    func stock(backend: DelayBackend) async throws { try await Self.check(backend, .stock) }

    @Test("stays as it is: Docker's chains", .requires(.iptables), arguments: backends)
    func docker(backend: DelayBackend) async throws { try await Self.check(backend, .docker) }

    @Test("stays as it is: Kubernetes' table", arguments: backends)
    func kubernetes(backend: DelayBackend) async throws { try await Self.check(backend, .kubernetes) }

    @Test(
        "goes on: a connection that a stateful firewall follows is delayed, and keeps every byte",
        .requires(.iptables),
        arguments: backends
    )
    func stateful(backend: DelayBackend) async throws {
        try await Self.with(.docker) { near, far in
            for direction in TrafficFilter.Direction.allCases {
                try Self.armed(backend, on: near) { faults, window in
                    let injection = try faults.impair(
                        id: "f#1",
                        Impairment(latency: .milliseconds(20)),
                        on: TrafficFilter(peers: [far.address], direction: direction),
                        window: window,
                        leaseUntil: window.end
                    )
                    let begun = Clocks.monotonic()
                    let (writing, reading) = try Conversation.run(
                        from: near,
                        to: far,
                        at: Clocks.monotonic(),
                        count: 40,
                        spacing: Pace.milliseconds(2)
                    )
                    #expect(Clocks.monotonic() - begun >= 20_000_000, "connected without a delay")
                    try #expect(writing.value() == [])
                    try #expect(reading.value().map(\.number) == (0..<40).map { $0 })
                    try injection.heal()
                }
            }
        }
    }

    @Test(
        "goes on: a listener on a queue gets all of its packets, and no fault takes its number",
        .requires(.packetQueues),
        arguments: backends
    )
    func listener(backend: DelayBackend) async throws {
        try await Self.with(nil) { near, far in
            // As another program would: with a socket of its own.
            let (filter, listener) = try near.namespace.inside {
                let filter = try FilterSocket()
                // It holds a packet half of the time.
                let held = Duration(nanoseconds: Pace.milliseconds(5))
                let settings = DelayLine.Settings(latency: held, order: .free)
                let listener = try QueueDelay(queue: 1, settings: settings, seed: 1, filter: filter)
                var match = PacketMatch(destination: AddressPrefix(far.address))
                match.transport = .udp
                match.destinationPorts = [7030...7030]
                let rule = PacketRule(match: match, verdict: .queue(number: 1, bypass: true))
                let chain = FilterChain(name: "out", hook: .output, rules: [rule])
                _ = try filter.install(FilterTable(name: "foreign", family: .ip, chains: [chain]))
                return (filter, listener)
            }
            let own = Impairment(latency: .milliseconds(10))
            try Self.compare(near) {
                for direction in TrafficFilter.Direction.allCases {
                    let before = listener.statistics.received
                    // While a run goes on; at its end the kernel must be told to drop its chains, and looks for a gap.
                    try Self.armed(backend, on: near) { faults, window in
                        let stream = try Aside(in: near.namespace) {
                            try TimedStream.run(
                                from: near,
                                to: far,
                                count: 100,
                                spacing: Pace.milliseconds(10),
                                port: 7030
                            )
                        }
                        for number in 1...8 {
                            var filter = TrafficFilter(peers: [far.address], direction: direction)
                            filter.ports = [7019...7019]
                            let injection = try faults.impair(
                                id: "f#\(number)",
                                own,
                                on: filter,
                                window: window,
                                leaseUntil: window.end
                            )
                            #expect(
                                !injection.operation.headline.contains("queue 1 "),
                                "\(injection.operation.headline)"
                            )
                            try injection.heal()
                        }
                        #expect(try stream.value().arrivals.count == 100)
                    }
                    #expect(listener.statistics.received == before + 100)
                }
            }
            try filter.remove(table: "foreign", family: .ip)
            try listener.stop()
        }
    }

    // MARK: Steps

    private static func check(_ backend: DelayBackend, _ scene: ForeignScene) async throws {
        try await with(scene) { near, far in
            try compare(near) {
                for fault in ForeignVisitor.all {
                    let before = try objects(of: near)
                    try armed(backend, on: near) { faults, window in
                        let injection = try fault.arm(faults, peer: far, window)
                        // What arrives takes no detour past others' filters: the queue does it, where the kernel has one.
                        let takesDetour =
                            backend == .netem && (fault.direction == .egress || !scene.isMetByArrivals)
                        if fault.asked != nil {
                            #expect(
                                injection.operation.headline.contains("fl-") == takesDetour,
                                "\(injection.operation.headline)"
                            )
                        }
                        for (from, to) in [(near, far), (far, near)] {
                            let stream = try TimedStream.run(
                                from: from,
                                to: to,
                                count: 10,
                                spacing: 500_000,
                                quiet: Pace.milliseconds(20)
                            )
                            #expect(stream.errors == [], "a sender was told")
                        }
                        let found = try injection.readBack()
                        #expect(found.isInstalled && found.packets > 0, "\(fault): \(found)")
                        try injection.heal()
                    }
                    #expect(try objects(of: near) == before, "\(fault)")
                }
            }
        }
    }

    /// Two hosts, the first of them furnished, who have met.
    private static func with(
        _ scene: ForeignScene?,
        _ body: (_ near: TestHost, _ far: TestHost) throws -> Void
    ) async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try scene?.furnish(hosts[0])
            _ = try TimedStream.run(from: hosts[0], to: hosts[1], count: 1, spacing: 0)
            try body(hosts[0], hosts[1])
        }
    }

    /// As the owners' tools print it, before and after.
    private static func compare(_ host: TestHost, _ body: () throws -> Void) throws {
        let before = try ForeignScene.text(of: host)
        try body()
        let changes = try ForeignScene.text(of: host).difference(from: before)
        #expect(changes.isEmpty, "\(Array(changes))")
    }

    /// One agent's run.
    private static func armed(
        _ backend: DelayBackend,
        on host: TestHost,
        _ body: @escaping @Sendable (PacketFaults, ActingWindow) throws -> Void
    ) throws {
        try host.namespace.inside {
            let keeper = TestKeeper()
            let interface = TestHost.interface
            let faults = try PacketFaults(interface: interface, seed: 5, keeper: keeper, backend: backend)
            let now = Clocks.monotonic()
            try body(faults, ActingWindow(start: now, end: now + Pace.longest))
            #expect(faults.differencesFromBefore() == [])
            #expect(keeper.kept == [])
        }
    }

    /// Every byte of what the kernel tells by netlink, but for counters.
    private static func objects(of host: TestHost) throws -> [String] {
        try host.namespace.inside {
            let rules = try FilterSocket().snapshot().objects.map { "\($0): \($1)" }.sorted()
            return try rules + PacketScene.objects()
        }
    }
}

extension Feature {
    fileprivate static let stockQdiscs = ForeignScene.stock.feature(
        needs: "sch_prio, sch_fq_codel, sch_netem, cls_flower (a distribution's kernel)"
    )
    fileprivate static let iptables = ForeignScene.docker.feature(
        needs: "iptables-nft (apt-get install iptables), and nft_compat and nft_chain_nat in the kernel"
    )
}

extension ForeignScene {
    fileprivate func feature(needs: String) -> Feature {
        let scene = self
        return Feature(name: name, needs: needs) {
            do {
                return try NetworkNamespace.insideFresh {
                    let socket = try RouteSocket()
                    _ = try socket.addVeth(TestHost.interface, peer: "peer0")
                    let (status, text) = try conformanceShell("set -e\n\(scene.script)", in: .current)
                    return status == 0 ? .yes : .no(text)
                }
            } catch {
                return .unknown("\(error)")
            }
        }
    }
}
