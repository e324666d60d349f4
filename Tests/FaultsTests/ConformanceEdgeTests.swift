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
            #expect(faults.differencesFromBefore() == [])
            try expectSame(before, fault.state())
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
            #expect(injection.operation.text.contains("queue 2 "), "\(injection.operation.text)")
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
            try expectSame(before, PacketScene.state(of: host))
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

    @Test("what undoes the tree is kept before it is made, and when that fails it is not made")
    func keptFirst() async throws {
        try await Self.withFault(keeper: TestKeeper(refuses: true)) { faults, peer, window in
            #expect(throws: TestKeeper.Refusal.self) { try Self.delay(faults, "f#1", peer, window) }
            let names = try RouteSocket().links().map(\.name)
            #expect(!names.contains { $0.hasPrefix("fl-") })
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

    @Test("reading back notices that somebody changed or removed what was installed")
    func readBack() async throws {
        try await Self.withFault { faults, peer, window in
            let injection = try Self.delay(faults, "f#1", peer, window)
            #expect(try injection.readBack().isInstalled)
            let socket = try RouteSocket()
            let detour = Detour(of: try socket.link(named: TestHost.interface), .leaving)
            let tree = DelayTree(link: try socket.link(named: detour.nearName).index)
            let netem = { (milliseconds: Int64) in
                try Request.qdisc(
                    .change,
                    .netem(NetemSpec(Impairment(latency: .milliseconds(milliseconds)))),
                    link: tree.link,
                    parent: DelayTree.classHandle(1),
                    handle: DelayTree.qdiscHandle(1, depth: 0)
                )
            }
            try socket.send(netem(11))
            #expect(try !injection.readBack().isInstalled)
            try socket.send(netem(10))
            #expect(try injection.readBack().isInstalled)
            try socket.removeClass(1, of: tree)
            #expect(try !injection.readBack().isInstalled)
            try injection.heal()
        }
    }
}
