import AgentProtocol
import Faults
import Measures
import Packetfilter
import SwiftProtobuf

#if canImport(Glibc)
import Glibc
#endif

extension TrafficFilter {
    init(_ wire: Faultline_Agent_V1_Traffic) throws {
        guard wire.peers.count <= 20_000 else { throw WireError("\(wire.peers.count) peers") }
        let peers = try wire.peers.map { peer in
            guard let prefix = AddressPrefix(peer.address) else {
                throw WireError("the address \(peer.address)")
            }
            return prefix
        }
        let transports: [String: PacketMatch.Transport?] = [
            "": nil, "tcp": .tcp, "udp": .udp, "icmp": .icmp,
        ]
        guard let transport = transports[wire.protocol] else {
            throw WireError("the protocol \(wire.protocol)")
        }
        guard let direction = Direction(rawValue: wire.direction) else {
            throw WireError("the direction \(wire.direction)")
        }
        let flows = try Share(wire: wire.flowsAttos, "a share of flows")
        guard flows != .zero else { throw WireError("none of the flows") }
        self.init(
            peers: peers,
            transport: transport,
            ports: try wire.ports.map { try Self.ports($0) },
            interface: wire.interface.isEmpty ? nil : wire.interface,
            direction: direction,
            cgroup: wire.cgroup.isEmpty ? nil : wire.cgroup,
            user: wire.user.isEmpty ? nil : try Self.userNumber(wire.user),
            flows: flows
        )
    }

    private static func ports(_ wire: Faultline_Agent_V1_PortRange) throws -> ClosedRange<UInt16> {
        guard let first = UInt16(exactly: wire.first), let last = UInt16(exactly: wire.last), first <= last
        else {
            throw WireError("the ports \(wire.first) to \(wire.last)")
        }
        return first...last
    }

    /// A number, or a name that this host knows. C: `getpwnam_r`.
    private static func userNumber(_ text: String) throws -> UInt32 {
        if let number = UInt32(text) { return number }
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        guard getpwnam_r(text, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            throw FaultError("fault.no-user", "this host has no user \"\(text)\"; see: getent passwd")
        }
        return entry.pw_uid
    }
}
