package import Measures
package import Packetfilter

/// Which of this host's packets a packet fault takes hold of; what is nil or empty matches all. Names are resolved by
/// then: a value of addresses, ports and numbers.
package struct TrafficFilter: Sendable, Hashable {
    package enum Direction: String, Sendable, Hashable, CaseIterable {
        /// What this host sends.
        case egress
        /// What arrives here.
        case ingress
        case both
    }

    /// The far ends, IPv4 and IPv6 mixed; empty: everybody.
    package var peers: [AddressPrefix]
    package var transport: PacketMatch.Transport?
    /// Ports of either end: a server's packets and its clients' are both named by the server's port.
    package var ports: [ClosedRange<UInt16>]
    /// nil: the run's interface.
    package var interface: String?
    package var direction: Direction
    /// Of the sending process, below the mount of cgroup v2: "/system.slice/nginx.service". Egress only.
    package var cgroup: String?
    /// Of the sending process. Egress only.
    package var user: UInt32?
    /// The part of the flows that is concerned; the same flow always gets the same answer.
    package var flows: Share

    package init(
        peers: [AddressPrefix] = [],
        transport: PacketMatch.Transport? = nil,
        ports: [ClosedRange<UInt16>] = [],
        interface: String? = nil,
        direction: Direction = .egress,
        cgroup: String? = nil,
        user: UInt32? = nil,
        flows: Share = .one
    ) {
        self.peers = peers
        self.transport = transport
        self.ports = ports
        self.interface = interface
        self.direction = direction
        self.cgroup = cgroup
        self.user = user
        self.flows = flows
    }

    /// Whether an echo request to a peer is one of the packets concerned.
    package var takesEchoes: Bool {
        (transport == nil || transport == .icmp) && ports.isEmpty && interface == nil && cgroup == nil
            && user == nil && flows == .one
    }
}
