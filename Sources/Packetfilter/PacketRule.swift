// The words of this target, those of nftables: a *table* has a family and chains; a *base chain* sits at a *hook* with a
// *priority*; a *rule* is a list of matches and a verdict, lowered to *expressions*. A *queue* is an NFQUEUE number.

/// Which packets a table sees. The number is the kernel's NFPROTO.
package enum TableFamily: UInt8, Sendable, Hashable, Codable, CaseIterable {
    /// IPv4 and IPv6.
    case inet = 1
    case ip = 2
    case ip6 = 10
    /// One interface's frames, ARP too.
    case netdev = 5

    /// As nft writes it.
    package var name: String {
        switch self {
        case .inet: "inet"
        case .ip: "ip"
        case .ip6: "ip6"
        case .netdev: "netdev"
        }
    }
}

/// Where on a packet's way. The number is the kernel's NF_INET hook, or 256 and its NF_NETDEV hook.
package enum Hook: UInt32, Sendable, Hashable, Codable, CaseIterable {
    /// Everything that arrives, before it is routed: where losses act, since no sender hears of them.
    case prerouting = 0
    /// What arrives for this host.
    case input = 1
    case forward = 2
    /// What this host sends. A drop here is told to the sender (EPERM), so no loss acts here.
    case output = 3
    /// Everything that leaves.
    case postrouting = 4
    /// In netdev tables: what arrives at the chain's interface, behind the filters of tc's ingress.
    case ingress = 256
    /// In netdev tables: what leaves by the chain's interface, ahead of the filters of tc's egress and its qdiscs (Linux 5.16).
    case egress = 257

    package var name: String { "\(self)" }
}

/// What happens to a packet that matched.
package enum PacketVerdict: Sendable, Hashable {
    case drop
    /// Out of this chain; later chains still see it.
    case accept
    /// Held for the program that listens on the queue. `bypass`: with no listener the packet passes.
    case queue(number: UInt16, bypass: Bool)
    /// Gone without a word to the sender, in any hook: it is given to a queue that nobody listens on, and the kernel tells
    /// nobody when that fails (`nf_queue` returns 0). Where a `drop` would give the sender EPERM.
    case vanish
    /// See `holding`.
    case copyAndVanish(queue: UInt16)
    /// See `holding`.
    case queueCopy(number: UInt16)
    /// See `twins`.
    case makeTwin(queue: UInt16, leaving: Bool)
    /// See `twins`.
    case queueTwin(number: UInt16)
    /// The packet's priority becomes this class, so that a classful qdisc takes it there; the packet goes on.
    case setPriority(classID: UInt32)
    /// As `setPriority`, for packets of one priority; `from` nil: for those whose priority is no class of that qdisc yet.
    case steer(from: UInt32?, to: UInt32)
    /// In netdev tables: packets whose priority is a class of this qdisc (its major number) are sent by another interface.
    case detour(major: UInt16, link: Int32)
    /// The same for packets that will arrive here again: they are marked (`PacketVerdict.returnedBit`).
    case detourAndReturn(major: UInt16, link: Int32)
    /// As `accept`, for packets that come from `detourAndReturn`; `clearing`: and are marked no longer.
    case acceptReturned(clearing: Bool)
    /// As `accept`, in netdev tables: for packets of any other protocol than this family's, ARP too.
    case acceptOthers(than: TableFamily)
}

package struct PacketRule: Sendable, Hashable {
    package var match: PacketMatch
    /// nil: always.
    package var window: TimeWindow?
    /// Counts the packets and bytes that the verdict met.
    package var counter: Bool
    package var verdict: PacketVerdict
    /// Shown by `nft list ruleset`; up to 120 bytes of it are kept.
    package var comment: String?

    package init(
        match: PacketMatch = PacketMatch(),
        window: TimeWindow? = nil,
        counter: Bool = true,
        verdict: PacketVerdict,
        comment: String? = nil
    ) {
        self.match = match
        self.window = window
        self.counter = counter
        self.verdict = verdict
        self.comment = comment
    }
}

extension PacketRule {
    /// Lets neighbour discovery pass (router and neighbour solicitation, advertisement and redirect, RFC 4861): the first
    /// rule of each chain that acts on IPv6, since without it a cut would look like an unplugged cable to the sender.
    package static let neighbourDiscovery = PacketRule(
        match: PacketMatch(transport: .icmp6, icmpTypes: 133...137),
        counter: false,
        verdict: .accept,
        comment: "neighbour discovery"
    )
}

/// A base chain; its policy is always accept.
package struct FilterChain: Sendable, Hashable {
    package var name: String
    package var hook: Hook
    /// Lower runs first. -300 is "raw", before connection tracking.
    package var priority: Int32
    package var rules: [PacketRule]
    /// Of a chain in a netdev table.
    package var interface: String?

    package static let rawPriority: Int32 = -300
    /// After nearly everything else. A later fault has a greater queue number and so comes after an earlier one: a chain
    /// that is put in front makes packets that are held pass the chain that held them once more.
    package static func lastPriority(queue: UInt16) -> Int32 { .max - 100_000 + Int32(queue) }
    /// Behind all queues, for the same reason. A later fault has a greater number: it sees what earlier ones steered.
    package static func steeringPriority(_ number: Int32) -> Int32 { .max - 34_000 + number }
    package static let steeringNumbers: Range<Int32> = 0..<33_000
    /// Of what makes leaving packets vanish: behind all that holds or steers them, for the same reason.
    package static let vanishingPriority: Int32 = .max - 1000

    package init(
        name: String,
        hook: Hook,
        priority: Int32 = rawPriority,
        rules: [PacketRule],
        interface: String? = nil
    ) {
        self.interface = interface
        self.name = name
        self.hook = hook
        self.priority = priority
        self.rules = rules
    }
}

package struct FilterTable: Sendable, Hashable {
    package var name: String
    package var family: TableFamily
    package var chains: [FilterChain]

    package init(name: String, family: TableFamily, chains: [FilterChain]) {
        self.name = name
        self.family = family
        self.chains = chains
    }
}
