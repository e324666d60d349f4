import BenchSupport
import Faults
import Glibc
import Impairments
import LinuxSystem
import Measures
import Packetfilter

/// client ── router ── server, each a namespace, gone with this value.
struct SplitNetwork: ~Copyable {
    static let client = "10.80.1.2"
    static let server = "10.80.2.2"
    static let reference = "10.80.1.1"
    static let interface = "v0"
    private let clientOwner: OwnedNamespace
    private let routerOwner: OwnedNamespace
    private let serverOwner: OwnedNamespace

    init() throws {
        let names = ["c", "r", "s"].map { "fl-bench-\(getpid())-\($0)" }
        let (client, router, server) = (names[0], names[1], names[2])
        let clientOwner = try OwnedNamespace(client)
        let routerOwner = try OwnedNamespace(router)
        let serverOwner = try OwnedNamespace(server)
        try Self.wire(client, router, server)
        self.clientOwner = clientOwner
        self.routerOwner = routerOwner
        self.serverOwner = serverOwner
    }

    private static func wire(_ client: String, _ router: String, _ server: String) throws {
        for command in [
            "ip -n \(client) link add v0 type veth peer name r0 netns \(router)",
            "ip -n \(server) link add v0 type veth peer name r1 netns \(router)",
            "ip -n \(client) address add \(Self.client)/24 dev v0",
            "ip -n \(server) address add \(Self.server)/24 dev v0",
            "ip -n \(router) address add \(Self.reference)/24 dev r0",
            "ip -n \(router) address add 10.80.2.1/24 dev r1",
            "ip -n \(client) link set v0 up", "ip -n \(server) link set v0 up",
            "ip -n \(router) link set r0 up", "ip -n \(router) link set r1 up",
            "ip -n \(client) route add default via \(Self.reference)",
            "ip -n \(server) route add default via 10.80.2.1",
            "ip netns exec \(router) sysctl -q -w net.ipv4.ip_forward=1",
            "ip netns exec \(client) ping -q -c 1 -w 10 -i 0.2 \(Self.server) >/dev/null",
        ] where system(command) != 0 { throw SystemError("measure", refused: command) }
    }

    var clientHost: NetworkNamespace { clientOwner.namespace }
    var router: NetworkNamespace { routerOwner.namespace }
    var serverHost: NetworkNamespace { serverOwner.namespace }

    /// Everything of a scenario that holds packets; the queue backend does, for TCP alone.
    func hold(_ scenario: SplitScenario) throws -> [HeldPath] {
        // What arrives at the router is held, so that no sender's socket knows.
        let paths: [(NetworkNamespace, String, TrafficFilter.Direction, String, Int64)] = [
            (router, "r0", .ingress, Self.client, scenario.out),
            (router, "r1", .ingress, Self.server, scenario.back),
            (clientHost, Self.interface, .egress, Self.server, scenario.held),
            (clientHost, Self.interface, .ingress, Self.server, scenario.heldArriving),
        ]
        return try paths.enumerated().compactMap { number, path in
            let (namespace, interface, direction, peer, latency) = path
            guard latency > 0 else { return nil }
            return try HeldPath(
                namespace,
                interface: interface,
                id: "split-\(number)",
                filter: TrafficFilter(
                    peers: [AddressPrefix(peer)].compactMap { $0 },
                    transport: .tcp,
                    direction: direction
                ),
                latency: Duration(nanoseconds: latency)
            )
        }
    }
}

/// One delay that is in force.
struct HeldPath {
    private let namespace: NetworkNamespace
    private let faults: PacketFaults
    private let injection: any Injection

    init(
        _ namespace: NetworkNamespace,
        interface: String,
        id: String,
        filter: TrafficFilter,
        latency: Duration
    ) throws {
        self.namespace = namespace
        (faults, injection) = try namespace.inside {
            let faults = try PacketFaults(interface: interface, seed: 1, keeper: NoKeeper(), backend: .queue)
            let now = Clocks.monotonic()
            let injection = try faults.impair(
                id: id,
                Impairment(latency: latency),
                on: filter,
                window: ActingWindow(start: now, end: now + 600_000_000_000),
                leaseUntil: .max
            )
            return (faults, injection)
        }
    }

    func heal() throws {
        try namespace.inside { try injection.heal() }
    }
}
