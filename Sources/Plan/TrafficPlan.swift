package import Containers
package import Measures

/// Which packets of a host, or of containers on it, a fault takes hold of; what is nil or empty matches all.
package struct TrafficPlan: Sendable, Equatable {
    package enum Direction: String, Sendable, CaseIterable {
        /// What the host sends.
        case egress
        /// What arrives there.
        case ingress
        case both
    }

    package enum Transport: String, Sendable, CaseIterable {
        case tcp
        case udp
        /// ICMP and ICMPv6.
        case icmp
    }

    /// The far ends; empty: every other host, or of a container everybody.
    package var peers: [PeerPlan]
    package var transport: Transport?
    /// Ports of either end; only with tcp, udp, or neither named (then both).
    package var ports: [ClosedRange<UInt16>]
    /// nil: the run's own, or a container's.
    package var interface: String?
    package var direction: Direction
    /// Path below the mount of cgroup v2. Egress only.
    package var cgroup: String?
    /// Name or number. Egress only.
    package var user: String?
    /// Within their networks instead of the host's; nil: the host's.
    package var container: ContainerSelector?
    /// The part of the flows that is concerned; a flow keeps its answer.
    package var flows: Share

    package init(
        peers: [PeerPlan] = [],
        transport: Transport? = nil,
        ports: [ClosedRange<UInt16>] = [],
        interface: String? = nil,
        direction: Direction = .egress,
        cgroup: String? = nil,
        user: String? = nil,
        container: ContainerSelector? = nil,
        flows: Share = .one
    ) {
        self.peers = peers
        self.transport = transport
        self.ports = ports
        self.interface = interface
        self.direction = direction
        self.cgroup = cgroup
        self.user = user
        self.container = container
        self.flows = flows
    }

    /// For people: " to lb, port 80, tcp"; empty when it is everything that is sent.
    package var words: String {
        var parts: [String] = []
        let names = peers.map(\.text).joined(separator: ", ")
        switch (direction, peers.isEmpty) {
        case (.egress, false): parts.append("to \(names)")
        case (.ingress, false): parts.append("from \(names)")
        case (.both, false): parts.append("to and from \(names)")
        case (.egress, true): break
        case (.ingress, true): parts.append("of what arrives")
        case (.both, true): parts.append("both ways")
        }
        if let transport { parts.append(transport.rawValue) }
        if !ports.isEmpty { parts.append("port \(ports.map(\.text).joined(separator: ", "))") }
        if let interface { parts.append("by \(interface)") }
        if let cgroup { parts.append("of cgroup \(cgroup)") }
        if let user { parts.append("of user \(user)") }
        if let container { parts.append("in \(container.text)") }
        if flows != .one { parts.append("\(flows.percentText) of the flows") }
        return parts.isEmpty ? "" : " " + parts.joined(separator: ", ")
    }
}

/// A far end.
package enum PeerPlan: Sendable, Hashable {
    case host(String)
    /// An address or a network, "10.1.2.0/24" or "fd00::/64", as written.
    case network(String)

    package var text: String {
        switch self {
        case .host(let name), .network(let name): name
        }
    }
}

extension ClosedRange<UInt16> {
    /// "80" or "8000-8100", as a file writes it.
    package var text: String { lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound)-\(upperBound)" }
}
