import Faults
import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import SocketDiag
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What an agent's policy protects passes the widest fault that there is, and all else does not.
@Suite(
    "What the policy protects",
    .serialized,
    .requiresRoot,
    .requires(.ownedTables),
    .requires(.packetQueues)
)
struct PolicySparingTests {
    enum Everything: String, CaseIterable, Sendable {
        case drop = "a drop of everything, both ways"
        case loss = "a loss of 100 %"
    }

    /// A network within which one far end lies; of IPv6 nothing is protected but a port.
    private static func exemptions(_ pair: DualHosts) throws -> Exemptions {
        let octets = pair.far.address.split(separator: ".").prefix(3).joined(separator: ".")
        let networks = ["\(octets).0/24", pair.far.address, "203.0.113.0/24"]
        return Exemptions(peers: networks.compactMap { AddressPrefix($0) }, ports: [8080...8082])
    }

    private static func arm(_ fault: Everything, _ exemptions: Exemptions, by backend: DelayBackend) throws
        -> any Injection
    {
        let faults = try PacketFaults(
            interface: TestHost.interface,
            seed: 1,
            keeper: TestKeeper(),
            backend: backend,
            exemptions: exemptions
        )
        let now = Clocks.monotonic()
        let window = ActingWindow(start: now, end: now + Pace.longest)
        guard fault == .loss else {
            let filter = TrafficFilter(direction: .both)
            return try faults.drop(id: "f#1", from: filter, window: window, leaseUntil: window.end)
        }
        return try faults.impair(
            id: "f#1",
            Impairment(loss: .random(.one)),
            on: TrafficFilter(),
            window: window,
            leaseUntil: window.end
        )
    }

    @Test("is not touched while everything else is lost", arguments: Everything.allCases)
    func everything(_ fault: Everything) async throws { try await check(fault, by: .queue) }

    @Test("is not touched by netem either", .requires(.netem))
    func netem() async throws { try await check(.loss, by: .netem) }

    private func check(_ fault: Everything, by backend: DelayBackend) async throws {
        try await DualHosts.with { pair in
            let protectedPeer = try pair.connection(isIPv6: false, port: 7051)
            let protectedPort = try pair.connection(isIPv6: true, port: 8081)
            let other = try pair.connection(isIPv6: true, port: 7052)
            #expect(protectedPeer.isAlive && protectedPort.isAlive && other.isAlive)
            let exemptions = try Self.exemptions(pair)
            let injection = try pair.near.namespace.inside { try Self.arm(fault, exemptions, by: backend) }
            #expect(other.client.send(1) == 0)
            #expect(protectedPeer.isAlive, "a protected far end")
            #expect(protectedPort.isAlive, "a protected port")
            usleep(50_000)
            #expect(other.server.receive(waits: false) == nil, "what nothing protects is lost")
            #expect(try injection.readBack().packets > 0)
            try injection.heal()
        }
    }

    @Test("is not reset")
    func reset() async throws {
        try await DualHosts.with { pair in
            let protectedPeer = try pair.connection(isIPv6: false, port: 7053)
            let protectedPort = try pair.connection(isIPv6: true, port: 8081)
            let other = try pair.connection(isIPv6: true, port: 7054)
            let exemptions = try Self.exemptions(pair)
            let closed = try pair.near.namespace.inside {
                try ResetFault(
                    id: "r#1",
                    TrafficFilter(),
                    seed: 1,
                    exemptions: exemptions,
                    sparesOwnProcess: false
                ).strike().closed
            }
            #expect(closed.map(\.remote.port) == [7054])
            #expect(protectedPeer.isAlive && protectedPort.isAlive)
            #expect(other.client.end() != nil)
        }
    }

    @Test("costs a few rules, however many far ends and ports there are")
    func size() {
        let peers = (0..<1000).compactMap { AddressPrefix("10.9.\($0 / 250).\($0 % 250 + 1)") }
        let many = Exemptions(peers: peers, ports: [1...100, 5000...6000, 7000...7000])
        #expect(many.rules(.ip).count == Exemptions().rules(.ip).count + 6)
        #expect(many.rules(.ip6).count == Exemptions().rules(.ip6).count + 4)
    }
}
