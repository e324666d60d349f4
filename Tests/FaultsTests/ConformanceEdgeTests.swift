import Faults
import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import TestSupport
import Testing

/// What a packet fault does when the host does not let it: it refuses, says why, and leaves nothing behind.
@Suite("A packet fault that cannot be", .serialized, .requiresRoot, .requires(.ownedTables))
struct ConformanceRefusalTests {
    private static func withFault(
        _ kind: PacketKind,
        _ body: (PacketFault, PacketFaults, ActingWindow) throws -> Void
    ) async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let fault = try PacketFault(kind, hosts: hosts)
            let before = try fault.state()
            let now = Clocks.monotonic()
            let faults = try fault.agent(on: fault.subject)
            try body(fault, faults, ActingWindow(start: now, end: now + Pace.longest))
            #expect(try fault.state() == before)
            #expect(faults.differencesFromBefore() == [])
            #expect(fault.keeper.kept == [])
        }
    }

    @Test("a name that is taken is refused, and the first goes on")
    func taken() async throws {
        try await Self.withFault(.dropOneWay) { fault, faults, window in
            let (subject, peer) = (fault.subject, fault.peer)
            let first = try fault.arm(
                "f#1",
                with: faults,
                on: subject,
                against: peer,
                window,
                leaseUntil: window.end
            )
            #expect(throws: FilterError.self) {
                try fault.arm("f#1", with: faults, on: subject, against: peer, window, leaseUntil: window.end)
            }
            #expect(try first.readBack().isInstalled)
            try first.heal()
        }
    }

    @Test("a queue number that somebody else listens on is passed over", .requires(.packetQueues))
    func busyQueue() async throws {
        try await Self.withFault(.delayByQueue) { fault, faults, window in
            let foreign = try QueueSocket.open(queue: 1, in: fault.subject.namespace)
            let injection = try fault.arm(
                "f#1",
                with: faults,
                on: fault.subject,
                against: fault.peer,
                window,
                leaseUntil: window.end
            )
            #expect(injection.operation.contains("queue 2 "), "\(injection.operation)")
            #expect(try fault.trace() != nil, "it delays nothing")
            try injection.heal()
            #expect(foreign.queue == 1)
        }
    }

    @Test("a host that can delay nothing says so, with the remedy")
    func noBackend() async throws {
        try await Self.withFault(.dropOneWay) { fault, _, window in
            let (subject, peer, keeper) = (fault.subject, fault.peer, fault.keeper)
            let asked = try #require(PacketKind.delayByQueue.delay)
            try subject.namespace.inside {
                let faults = try PacketFaults(
                    interface: TestHost.interface,
                    seed: 1,
                    keeper: keeper,
                    backend: DelayBackend.none
                )
                let error = #expect(throws: FaultError.self) {
                    try faults.impair(
                        id: "f#1",
                        asked,
                        on: TrafficFilter(peers: [peer.address]),
                        window: window,
                        leaseUntil: window.end
                    )
                }
                #expect(error?.code == "fault.no-backend" && error?.message.contains("modprobe") == true)
            }
        }
    }
}

@Suite(
    "A netem fault that cannot be",
    .serialized,
    .requiresRoot,
    .requires(.delayTree),
    .requires(.ownedTables)
)
struct ConformanceNetemRefusalTests {
    private static func withFault(
        keeper: TestKeeper = TestKeeper(),
        furnish: String? = nil,
        _ body: @escaping @Sendable (PacketFaults, TestHost, ActingWindow) throws -> Void
    ) async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let host = hosts[0]
            if let furnish { #expect(try conformanceShell(furnish, in: host.namespace).status == 0) }
            let before = try PacketScene.state(of: host)
            let now = Clocks.monotonic()
            let window = ActingWindow(start: now, end: now + Pace.longest)
            let differences = try host.namespace.inside {
                let faults = try PacketFaults(
                    interface: TestHost.interface,
                    seed: 1,
                    keeper: keeper,
                    backend: .netem
                )
                try body(faults, hosts[1], window)
                return faults.differencesFromBefore()
            }
            #expect(differences == [])
            #expect(try PacketScene.state(of: host) == before)
            #expect(keeper.kept == [])
        }
    }

    private static func delay(
        _ faults: PacketFaults,
        _ id: String,
        _ peer: TestHost,
        _ window: ActingWindow,
        jitter: Duration = .zero
    ) throws -> any Injection {
        let asked = Impairment(latency: .milliseconds(10), jitter: jitter)
        return try faults.impair(
            id: id,
            asked,
            on: TrafficFilter(peers: [peer.address]),
            window: window,
            leaseUntil: window.end
        )
    }

    @Test("a root qdisc that somebody set up is left alone, and the refusal names it")
    func foreignRoot() async throws {
        try await Self.withFault(
            furnish: "tc qdisc add dev eth0 root handle 5: tbf rate 1gbit burst 100k latency 100ms"
        ) {
            faults,
            peer,
            window in
            let error = #expect(throws: NetlinkError.self) { try Self.delay(faults, "f#1", peer, window) }
            #expect(error?.message.contains("tbf") == true, "\(String(describing: error))")
        }
    }

    @Test("what undoes the tree is kept before it is made, and when that fails it is not made")
    func keptFirst() async throws {
        try await Self.withFault(keeper: TestKeeper(refuses: true)) { faults, peer, window in
            #expect(throws: TestKeeper.Refusal.self) { try Self.delay(faults, "f#1", peer, window) }
            let kinds = try RouteSocket().trafficControl().qdiscs.map(\.kind)
            #expect(!kinds.contains("prio"))
        }
    }

    @Test("a parameter that the kernel cannot hold is refused, and others can be injected after it")
    func refusedParameter() async throws {
        try await Self.withFault { faults, peer, window in
            #expect(throws: NetlinkError.self) {
                try Self.delay(faults, "f#1", peer, window, jitter: .seconds(3))
            }
            let good = try Self.delay(faults, "f#2", peer, window)
            #expect(throws: NetlinkError.self) {
                try Self.delay(faults, "f#3", peer, window, jitter: .seconds(3))
            }
            #expect(try good.readBack().isInstalled)
            try good.heal()
        }
    }

    @Test("fifteen at once are possible, the next is refused, and the others go on")
    func bands() async throws {
        try await Self.withFault { faults, peer, window in
            var injections: [any Injection] = []
            for number in 1...15 { injections.append(try Self.delay(faults, "f#\(number)", peer, window)) }
            let error = #expect(throws: FaultError.self) { try Self.delay(faults, "f#16", peer, window) }
            #expect(error?.code == "fault.bands")
            for injection in injections { #expect(try injection.readBack().isInstalled) }
            try injections.removeFirst().heal()
            // The band that came free is used again.
            injections.append(try Self.delay(faults, "f#17", peer, window))
            for injection in injections { try injection.heal() }
        }
    }

    @Test("reading back notices that somebody changed or removed what was installed")
    func readBack() async throws {
        try await Self.withFault { faults, peer, window in
            let injection = try Self.delay(faults, "f#1", peer, window)
            #expect(try injection.readBack().isInstalled)
            let socket = try RouteSocket()
            let tree = DelayTree(link: try socket.link(named: TestHost.interface).index)
            try socket.setBand(2, of: tree, to: NetemSpec(Impairment(latency: .milliseconds(11))))
            #expect(try !injection.readBack().isInstalled)
            try socket.setBand(2, of: tree, to: NetemSpec(Impairment(latency: .milliseconds(10))))
            #expect(try injection.readBack().isInstalled)
            try socket.clearBand(2, of: tree)
            #expect(try !injection.readBack().isInstalled)
            try injection.heal()
        }
    }
}
