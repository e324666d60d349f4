import Containers
import Engines
import Glibc
import Impairments
import LinuxSystem
import Measures
import Packetfilter
import Processes
import Synchronization
import TestSupport
import Testing
import Undoing

@testable import Faults

/// Packet faults in the networks of containers of real engines.
@Suite(
    "Packet faults in containers",
    .serialized,
    .requiresRoot,
    .requires(.networkNamespaces),
    .requires(.ownedTables),
    .requires(.packetQueues),
    .requiresEngines,
    .timeLimit(.minutes(3))
)
struct ContainerPacketTests {
    private static let web = ContainerSelector(name: "web1")
    private static let latency = Duration.milliseconds(60)

    private final class Words: Sendable {
        private let words = Mutex<[String]>([])
        func add(_ text: String) { words.withLock { $0.append(text) } }
        func have(_ text: String) -> Bool { words.withLock { $0.contains { $0.contains(text) } } }
    }

    private struct Scene {
        let bed: EngineBed
        let keeper = TestKeeper()
        let words = Words()

        var faults: ContainerFaults {
            ContainerFaults(
                resolver: TargetResolver(services: Services(), scope: .host(), engines: bed.engines),
                seed: 1,
                keeper: keeper
            )
        }

        /// A delay of what the container sends, from now on.
        func delay(by faults: ContainerFaults) throws -> ContainerInjection {
            let now = Clocks.monotonic()
            return try faults.impair(
                id: "slow#1",
                Impairment(latency: latency),
                on: TrafficFilter(peers: [], direction: .egress),
                in: web,
                window: ActingWindow(start: now, end: now + 60_000_000_000),
                leaseUntil: now + 60_000_000_000
            ) { [words] in words.add($0) }
        }

        /// The median round trip to a container, nanoseconds; nil: it answers nobody.
        func roundTrip(_ number: Int) throws -> Int64? {
            let probe = EchoProbe(
                address: "10.88.\(number).2",
                interval: 10_000_000,
                patience: 300_000_000
            )
            let samples = try bed.namespace.inside {
                let now = Clocks.monotonic()
                return try probe.run(from: now, to: now + 100_000_000)
            }
            let trips = samples.compactMap(\.roundTrip).sorted()
            return trips.isEmpty ? nil : trips[trips.count / 2]
        }

        /// What a stranger sees of the container's network.
        func network(of name: String) throws -> String {
            let inside = "nsenter --net=/proc/\(try bed.pid(of: name))/ns/net"
            return try conformanceShell(
                "\(inside) nft list ruleset; \(inside) tc qdisc show; \(inside) ip -o link | cut -d: -f1,2",
                in: bed.namespace
            ).text
        }
    }

    private static func with(_ kind: EngineKind, _ body: @escaping @Sendable (Scene) throws -> Void)
        async throws
    {
        try await EngineBed.with(kind) { bed in
            try bed.run("web1")
            try bed.run("web2")
            try bed.connect("web1", 1)
            try bed.connect("web2", 2)
            try body(Scene(bed: bed))
        }
    }

    @Test(
        "a delay takes what the container sends and nothing of its neighbour; healed, nothing of it is left",
        arguments: EngineBed.kinds
    )
    func delayed(kind: EngineKind) async throws {
        try await Self.with(kind) { scene in
            _ = try (scene.roundTrip(1), scene.roundTrip(2))
            let before = try scene.network(of: "web1")
            let faults = scene.faults
            let injection = try scene.delay(by: faults)
            #expect(injection.operation.headline.contains("in container web1"))
            #expect(try scene.network(of: "web1").contains("faultline-slow-1"))
            let (delayed, neighbour) = (try scene.roundTrip(1), try scene.roundTrip(2))
            #expect(delayed.map { $0 >= Self.latency.nanoseconds } == true, "\(delayed ?? -1) ns")
            #expect(neighbour.map { $0 < Self.latency.nanoseconds } == true, "\(neighbour ?? -1) ns")
            let found = try injection.readBack()
            #expect(found.isInstalled && found.packets > 0, "\(found)")
            try injection.heal()
            try injection.heal()
            #expect(faults.differencesFromBefore() == [])
            #expect(faults.differencesFromBefore() == [])
            let after = try scene.network(of: "web1")
            #expect(after == before, "\(after) instead of \(before)")
            #expect(scene.keeper.kept.isEmpty && !injection.hasFollowed)
        }
    }

    @Test(
        "a container that is started again is followed, and nothing is held of the network that it had",
        arguments: EngineBed.kinds
    )
    func followed(kind: EngineKind) async throws {
        try await Self.with(kind) { scene in
            let faults = scene.faults
            let injection = try scene.delay(by: faults)
            let old = try scene.bed.pid(of: "web1")
            try scene.bed.restart("web1")
            try scene.bed.connect("web1", 1)
            #expect(eventuallyHolds { scene.words.have("web1") && scene.words.have("is back") })
            #expect(scene.words.have("ended"))
            // The host's end of the old one goes with it: the kernel takes its time.
            #expect(
                try eventuallyHolds {
                    try !conformanceShell("ip -o link", in: scene.bed.namespace).text.contains("web1-\(old)@")
                }
            )
            let delayed = try scene.roundTrip(1)
            #expect(delayed.map { $0 >= Self.latency.nanoseconds } == true, "\(delayed ?? -1) ns")
            #expect(injection.hasFollowed)
            let found = try injection.readBack()
            #expect(found.isInstalled && found.packets > 0, "\(found)")
            try injection.heal()
            #expect(faults.differencesFromBefore() == [])
            #expect(try !scene.network(of: "web1").contains("faultline"))
            #expect(scene.keeper.kept.isEmpty)
            // Healed, nobody is followed any more.
            try scene.bed.restart("web1")
            try scene.bed.connect("web1", 1)
            let after = try scene.roundTrip(1)
            #expect(after.map { $0 < Self.latency.nanoseconds } == true, "\(after ?? -1) ns")
        }
    }

    @Test(
        "a container on its host's own network is refused, and its host is not touched",
        arguments: [EngineKind.docker, .podman]
    )
    func hostNetwork(kind: EngineKind) async throws {
        try await EngineBed.with(kind) { bed in
            try bed.run("web1", network: "host")
            let scene = Scene(bed: bed)
            // As an agent on that host.
            let error = try bed.namespace.inside { () -> FaultError? in
                do {
                    _ = try scene.delay(by: scene.faults)
                    return nil
                } catch {
                    return error as? FaultError
                }
            }
            #expect(error?.code == "fault.host-network", "\(error?.message ?? "")")
            #expect(scene.keeper.history.isEmpty)
        }
    }

    @Test(
        "connections of a container are closed, and its neighbour's are not",
        arguments: EngineBed.kinds
    )
    func reset(kind: EngineKind) async throws {
        try await Self.with(kind) { scene in
            var ends = try (1...2).map { number in
                let path = "/proc/\(try scene.bed.pid(of: "web\(number)"))/ns/net"
                let listener = try NetworkNamespace(path: path).inside {
                    let socket = try TrafficSocket(SOCK_STREAM, port: 7031)
                    try socket.listen()
                    return socket
                }
                let near = try scene.bed.namespace.inside {
                    let socket = try TrafficSocket(SOCK_STREAM)
                    try socket.connect(to: "10.88.\(number).2", port: 7031)
                    return socket
                }
                return Ends(near: near, far: try listener.accept())
            }
            let reset = try scene.faults.reset(
                id: "r#1",
                TrafficFilter(peers: [], transport: .tcp, direction: .both),
                in: Self.web
            )
            #expect(reset.operation.headline.contains("web1"))
            let outcome = try reset.strike()
            #expect(outcome.closed.count == 1, "\(outcome.words)")
            #expect(ends[0].far.send(1) != 0 && ends[1].far.send(1) == 0)
            // Sockets hold the network that they are in.
            ends = []
            // One that is armed holds no network: what restarts meanwhile is struck in its new one.
            let before = try scene.bed.pid(of: "web1")
            try scene.bed.restart("web1")
            #expect(
                try eventuallyHolds {
                    try !conformanceShell("ip -o link", in: scene.bed.namespace).text.contains(
                        "web1-\(before)@"
                    )
                }
            )
            #expect(try reset.strike().closed.isEmpty)
        }
    }

    @Test("a network that somebody shares who must not be hit is not touched, and he is named")
    func shared() async throws {
        try await EngineBed.with(.podman) { bed in
            try bed.run("web1")
            try bed.connect("web1", 1)
            try bed.run("web2", network: "container:web1")
            let neighbour = try bed.pid(of: "web2")
            let scope = ProcessScope(.host) { status in
                status.identity.pid == neighbour ? "web2 is not to be hit" : nil
            }
            let resolver = TargetResolver(services: Services(), scope: scope, engines: bed.engines)
            let error = #expect(throws: FaultError.self) { try resolver.networks(Self.web) }
            #expect(error?.code == "fault.protected")
            #expect(error?.message.contains("web2 is not to be hit") == true, "\(error?.message ?? "")")
            // Both in one network are one place to act.
            let all = ContainerSelector(image: "faultline-test", all: true)
            let free = TargetResolver(services: Services(), scope: .host(), engines: bed.engines)
            #expect(try free.networks(all).count == 1)
        }
    }

    private final class Ends: Sendable {
        let near: TrafficSocket
        let far: TrafficSocket
        init(near: consuming TrafficSocket, far: consuming TrafficSocket) {
            self.near = near
            self.far = far
        }
    }

    @Test("what was done in a network is undone by its number, twice, and when it is gone")
    func undone() async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let namespace = hosts[0].namespace
            let keeper = TestKeeper()
            let own = NamespaceKeeper(keeper, number: try namespace.inode())
            try own.keep(.deleteLink(namespacePath: nil, interface: "fl-x"), id: "tree", fault: "delay tree")
            let undo = try #require(keeper.kept.first)
            // Nobody knows the path any more; a process in it must do.
            let links = { try conformanceShell("ip -o link", in: namespace).text }
            _ = try conformanceShell("ip link add fl-x type veth peer name fl-y", in: namespace)
            #expect(try links().contains("fl-x"))
            try UndoPerformer.perform(undo)
            #expect(try !links().contains("fl-x"))
            try UndoPerformer.perform(undo)
            try UndoPerformer.perform(.deleteLink(namespacePath: "net:[1]", interface: "lo"))
            try own.releaseAll()
            #expect(keeper.kept.isEmpty)
        }
    }
}
