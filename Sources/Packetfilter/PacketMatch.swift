package import Measures

/// Which packets a rule is about; what is nil or empty matches all. However many addresses or ports, it is one rule: more
/// than one are looked up in a set.
package struct PacketMatch: Sendable, Hashable {
    /// Any of them; all of one family.
    package var sources: [AddressPrefix]
    package var destinations: [AddressPrefix]
    /// Whole names, at most 15 bytes.
    package var inputInterface: String?
    package var outputInterface: String?
    /// IP protocol number.
    package var transport: Transport?
    /// Only with `transport` tcp or udp; fragments beyond the first have no ports and do not match.
    package var sourcePorts: [ClosedRange<UInt16>]
    package var destinationPorts: [ClosedRange<UInt16>]
    /// Only with `transport` icmp or icmp6.
    package var icmpTypes: ClosedRange<UInt8>?
    /// The user whose socket sent it; only where packets leave, and packets of no socket do not match. C: `meta skuid`.
    package var user: UInt32?
    /// The cgroup of v2 whose socket sent it; only in the output hook, see `SenderCgroup`.
    package var cgroup: SenderCgroup?
    /// A part of the flows that matched so far.
    package var flows: FlowShare?
    /// A random part of what matched so far, drawn by the kernel for each packet (`numgen random`, modulus 2^32 - 1).
    package var share: Share?

    package struct Transport: RawRepresentable, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let icmp = Transport(rawValue: 1)
        package static let tcp = Transport(rawValue: 6)
        package static let udp = Transport(rawValue: 17)
        package static let icmp6 = Transport(rawValue: 58)

        package var hasPorts: Bool { self == .tcp || self == .udp }
        var hasTypes: Bool { self == .icmp || self == .icmp6 }
    }

    /// `source` and `destination` are lists of one; nil, all.
    package init(
        source: AddressPrefix? = nil,
        destination: AddressPrefix? = nil,
        inputInterface: String? = nil,
        outputInterface: String? = nil,
        transport: Transport? = nil,
        sourcePorts: [ClosedRange<UInt16>] = [],
        destinationPorts: [ClosedRange<UInt16>] = [],
        icmpTypes: ClosedRange<UInt8>? = nil,
        user: UInt32? = nil,
        cgroup: SenderCgroup? = nil,
        flows: FlowShare? = nil,
        share: Share? = nil
    ) {
        self.sources = source.map { [$0] } ?? []
        self.destinations = destination.map { [$0] } ?? []
        self.inputInterface = inputInterface
        self.outputInterface = outputInterface
        self.transport = transport
        self.sourcePorts = sourcePorts
        self.destinationPorts = destinationPorts
        self.icmpTypes = icmpTypes
        self.user = user
        self.cgroup = cgroup
        self.flows = flows
        self.share = share
    }
}

/// A control group of v2 as the kernel's `socket cgroupv2 level N` sees it: the ancestor at that depth of the group in
/// which the sending socket was made. The kernel answers only in the hooks prerouting, input and output
/// (nft_socket_validate), so of these only output has the sender's.
package struct SenderCgroup: Sendable, Hashable {
    /// Depth below the root of the mount, from 1.
    package var level: UInt32
    /// The inode number of the group's folder.
    package var identifier: UInt64

    package init(level: UInt32, identifier: UInt64) {
        self.level = level
        self.identifier = identifier
    }
}
