import Faults
import Glibc
import LinuxSystem
import Measures
import Packetfilter
import TestSupport
import Testing

@Suite("A share of the flows", .serialized, .requiresRoot, .requires(.ownedTables), .requires(.flowShares))
struct FlowShareTests {
    private static let seed: UInt32 = 0x5eed
    private static let window = TimeWindow(start: 0, end: .max)

    /// Drops the share where packets arrive in `near`, and counts, without dropping, the share of what leaves.
    private static func tables(_ filter: TrafficFilter) -> [FilterTable] {
        [TableFamily.ip, .ip6].map { family in
            let rules = { (leaving: Bool) in
                [PacketRule.neighbourDiscovery]
                    + filter.matches(family, leaving: leaving, interface: "eth0", flowSeed: seed).map {
                        PacketRule(match: $0, verdict: leaving ? .accept : .drop)
                    }
            }
            return FilterTable(
                name: "flows",
                family: family,
                chains: [
                    FilterChain(name: "arriving", hook: .prerouting, rules: rules(false)),
                    FilterChain(name: "leaving", hook: .postrouting, rules: rules(true)),
                ]
            )
        }
    }

    /// Which of many sources got through to `near`, of five datagrams each.
    private static func arrivals(_ pair: DualHosts, isIPv6: Bool, ports: [UInt16]) throws -> [UInt16: Int] {
        let inbox = try pair.near.namespace.inside { try DualSocket(SOCK_DGRAM, isIPv6: isIPv6, port: 7051) }
        var large: Int32 = 16 << 20
        setsockopt(inbox.number, SOL_SOCKET, SO_RCVBUFFORCE, &large, 4)
        let address = pair.nearAddress(isIPv6)
        try pair.far.namespace.inside {
            for port in ports {
                let sender = try DualSocket(SOCK_DGRAM, isIPv6: isIPv6, port: port)
                try sender.connect(to: address, port: 7051)
                for _ in 0..<5 { _ = sender.send(Int64(port)) }
            }
        }
        usleep(50_000)
        var counts: [UInt16: Int] = [:]
        while let port = inbox.receive(waits: false) {
            counts[UInt16(truncatingIfNeeded: port), default: 0] += 1
        }
        return counts
    }

    private static func bytes(_ text: String) -> [UInt8] { AddressPrefix(text)?.bytes ?? [] }

    @Test(
        "is that share of a thousand flows; all packets of one have one fate; and it is known ahead",
        arguments: [false, true]
    )
    func share(isIPv6: Bool) async throws {
        try await DualHosts.with { pair in
            let share = try #require(Share("30%"))
            let socket = try FilterSocket.open(in: pair.near.namespace)
            _ = try socket.install(Self.tables(TrafficFilter(flows: share)))
            let ports = (0..<1000).map { UInt16(20_000 + $0 * 7) }
            let counts = try Self.arrivals(pair, isIPv6: isIPv6, ports: ports)
            #expect(counts.values.allSatisfy { $0 == 5 }, "a flow is lost whole or not at all")
            let lost = Set(ports.filter { counts[$0] == nil })
            // 300 expected, standard deviation 14.5; four of them.
            #expect((242...358).contains(lost.count), "\(lost.count)")
            let flows = FlowShare(share, seed: Self.seed, key: .ports, isIPv6: isIPv6, nearIsSource: false)
            let expected = ports.filter { port in
                flows.includes(
                    near: (Self.bytes(pair.nearAddress(isIPv6)), 7051),
                    far: (Self.bytes(pair.farAddress(isIPv6)), port),
                    transport: .udp
                )
            }
            #expect(lost == Set(expected), "the kernel's hash is not ours")
        }
    }

    @Test("has the same answer in both directions of a flow", arguments: [false, true])
    func directions(isIPv6: Bool) async throws {
        try await DualHosts.with { pair in
            let socket = try FilterSocket.open(in: pair.near.namespace)
            let filter = TrafficFilter(transport: .udp, flows: try #require(Share("50%")))
            let ports = (0..<200).map { UInt16(30_000 + $0 * 3) }
            let tables = Self.tables(filter)
            let installed = try socket.install(tables)
            let arrived = try Self.arrivals(pair, isIPv6: isIPv6, ports: ports)
            let count = { (chain: String) -> UInt64 in
                let table = installed[isIPv6 ? 1 : 0]
                guard let state = try socket.readBack(table) else { return 0 }
                return zip(table.rules, table.counts(in: state)).reduce(0) {
                    $0 + ($1.0.chain == chain ? $1.1?.packets ?? 0 : 0)
                }
            }
            #expect(try count("arriving") == UInt64(ports.filter { arrived[$0] == nil }.count * 5))
            // The same flows the other way, one by one: counted exactly when the other direction was lost.
            let address = pair.farAddress(isIPv6)
            for port in ports {
                let before = try count("leaving")
                try pair.near.namespace.inside {
                    let sender = try DualSocket(SOCK_DGRAM, isIPv6: isIPv6, port: 7051)
                    try sender.connect(to: address, port: port)
                    _ = sender.send(1)
                }
                #expect(try count("leaving") - before == (arrived[port] == nil ? 1 : 0), "port \(port)")
            }
        }
    }

    @Test(
        "goes by the addresses where there are no ports: a ping, and a datagram in fragments, the first one too"
    )
    func withoutPorts() async throws {
        try await DualHosts.with { pair in
            let socket = try FilterSocket.open(in: pair.near.namespace)
            for isIPv6 in [false, true] {
                let near = (Self.bytes(pair.nearAddress(isIPv6)), UInt16(0))
                let far = (Self.bytes(pair.farAddress(isIPv6)), UInt16(0))
                let share = try #require(Share("50%"))
                let isLost = { (seed: UInt32) in
                    FlowShare(share, seed: seed, key: .portless, isIPv6: isIPv6, nearIsSource: false)
                        .includes(near: near, far: far, transport: .icmp)
                }
                // The addresses differ from run to run, and with them what a seed means: two of each answer.
                let seeds = (0..<1000).map { Self.seed &+ UInt32($0) &* 77 }
                let drawn = [true, false].flatMap { answer in
                    seeds.filter { isLost($0) == answer }.prefix(2)
                }
                #expect(drawn.count == 4)
                for seed in drawn {
                    let filter = TrafficFilter(flows: share)
                    let family: TableFamily = isIPv6 ? .ip6 : .ip
                    let rules = filter.matches(family, leaving: false, interface: "eth0", flowSeed: seed)
                        .map { PacketRule(match: $0, verdict: .drop) }
                    let chain = FilterChain(
                        name: "arriving",
                        hook: .prerouting,
                        rules: [.neighbourDiscovery] + rules
                    )
                    let installed = try socket.install(
                        FilterTable(name: "flows", family: family, chains: [chain])
                    )
                    let address = pair.nearAddress(isIPv6)
                    // 4000 bytes are three fragments on this wire.
                    for size in [56, 4000] {
                        let ping = "ping -n -c 1 -W 0.3 -s \(size) \(address)"
                        let status = try conformanceShell(ping, in: pair.far.namespace).status
                        #expect((status != 0) == isLost(seed), "\(size) bytes, IPv6 \(isIPv6), seed \(seed)")
                    }
                    try socket.remove(installed)
                }
            }
        }
    }

    /// lookup3.c's own self-test has these two of no bytes; the words are checked against the kernel above.
    @Test("the hash of nothing is the start value, and of other seeds another")
    func hash() {
        #expect(jenkinsHash([], seed: 0) == 0xdead_beef)
        #expect(jenkinsHash([], seed: 0xdead_beef) == 0xbd5b_7dde)
        #expect(jenkinsHash([1, 2, 3, 4], seed: 1) != jenkinsHash([1, 2, 3, 4], seed: 2))
    }
}
