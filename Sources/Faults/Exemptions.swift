package import Packetfilter

/// What no packet fault of this host touches, whatever its filter says, so that Faultline never cuts its own line: the
/// loopback interface, neighbour discovery, SSH, DHCP, the control endpoints, and what the agent's policy protects. As rules they come first in every chain
/// of every fault. ARP needs none: tables of the families ip and ip6 do not see it.
package struct Exemptions: Sendable, Hashable {
    /// One end of a connection, near or far: an agent's own port, the coordinator's clock.
    package struct Endpoint: Sendable, Hashable {
        /// nil: any address.
        package var address: AddressPrefix?
        /// nil: any port.
        package var port: UInt16?
        /// tcp or udp.
        package var transport: PacketMatch.Transport

        package init(address: AddressPrefix?, port: UInt16?, transport: PacketMatch.Transport) {
            self.address = address
            self.port = port
            self.transport = transport
        }
    }

    package static let loginPort: UInt16 = 22

    package var controls: [Endpoint]
    /// Far ends whose packets always pass, both ways.
    package var peers: [AddressPrefix]
    /// Of either end, TCP and UDP.
    package var ports: [ClosedRange<UInt16>]

    package init(
        controls: [Endpoint] = [],
        peers: [AddressPrefix] = [],
        ports: [ClosedRange<UInt16>] = []
    ) {
        self.controls = controls
        self.peers = peers
        self.ports = ports
    }

    /// `sparingLogins` false: a fault on port 22, which the agent's policy allows.
    package func rules(_ family: TableFamily, sparingLogins: Bool = true) -> [PacketRule] {
        var rules = [
            Self.spare("loopback", PacketMatch(outputInterface: "lo")),
            Self.spare("loopback", PacketMatch(inputInterface: "lo")),
        ]
        if family != .ip { rules.append(.neighbourDiscovery) }
        if sparingLogins {
            let port = [Self.loginPort...Self.loginPort]
            rules.append(Self.spare("ssh", PacketMatch(transport: .tcp, sourcePorts: port)))
            rules.append(Self.spare("ssh", PacketMatch(transport: .tcp, destinationPorts: port)))
        }
        // Server and client each send to the other's known port.
        let lease: ClosedRange<UInt16> = family == .ip6 ? 546...547 : 67...68
        rules.append(Self.spare("dhcp", PacketMatch(transport: .udp, destinationPorts: [lease])))
        return rules + controlRules(family) + protectionRules(family)
    }

    /// However many there are, they are a few rules: they are looked up in sets.
    private func protectionRules(_ family: TableFamily) -> [PacketRule] {
        var matches: [PacketMatch] = []
        let far = peers.filter { $0.isIPv6 == (family == .ip6) }
        if !far.isEmpty {
            var (from, to) = (PacketMatch(), PacketMatch())
            from.sources = far
            to.destinations = far
            matches += [from, to]
        }
        for transport in [PacketMatch.Transport.tcp, .udp] where !ports.isEmpty {
            matches.append(PacketMatch(transport: transport, sourcePorts: ports))
            matches.append(PacketMatch(transport: transport, destinationPorts: ports))
        }
        return matches.map { Self.spare("policy", $0) }
    }

    /// Endpoints that share transport and port share two rules, so that a thousand agents cost what one does.
    private func controlRules(_ family: TableFamily) -> [PacketRule] {
        struct Door: Hashable {
            let transport: UInt8
            let port: UInt16?
            let anywhere: Bool
        }
        let own = controls.filter { $0.address.map { $0.isIPv6 == (family == .ip6) } ?? true }
        let doors = Dictionary(grouping: own) {
            Door(transport: $0.transport.rawValue, port: $0.port, anywhere: $0.address == nil)
        }
        let sorted = doors.sorted {
            ($0.key.transport, $0.key.port ?? 0, $0.key.anywhere ? 0 : 1)
                < ($1.key.transport, $1.key.port ?? 0, $1.key.anywhere ? 0 : 1)
        }
        return sorted.flatMap { door, endpoints in
            let ports = door.port.map { [$0...$0] } ?? []
            var (from, to) = (
                PacketMatch(transport: PacketMatch.Transport(rawValue: door.transport)),
                PacketMatch(transport: PacketMatch.Transport(rawValue: door.transport))
            )
            from.sources = endpoints.compactMap(\.address)
            from.sourcePorts = ports
            to.destinations = endpoints.compactMap(\.address)
            to.destinationPorts = ports
            return [Self.spare("control", from), Self.spare("control", to)]
        }
    }

    private static func spare(_ what: String, _ match: PacketMatch) -> PacketRule {
        PacketRule(match: match, counter: false, verdict: .accept, comment: "spared: \(what)")
    }
}

extension TrafficFilter {
    /// It means SSH and says so; a wider range of ports that includes it does not.
    var namesLoginPort: Bool {
        let login = Exemptions.loginPort...Exemptions.loginPort
        return ports.contains(login) && (transport == nil || transport == .tcp)
    }
}
