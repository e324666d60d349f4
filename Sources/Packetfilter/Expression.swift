/// One step of the kernel's rule machine. Everything works on register 1, but for what says otherwise; a comparison that
/// fails ends the rule.
///
/// The pure half of a rule: a list of these is compared, printed and decoded; `RuleBuilder` turns it into bytes.
package enum Expression: Sendable, Hashable {
    package enum MetaKey: UInt32, Sendable, Hashable {
        /// Network order.
        case etherType = 1
        case priority = 2
        case mark = 3
        case inputName = 6
        case outputName = 7
        /// The user of the sending socket, host order (NFT_META_SKUID).
        case user = 10
        case networkProtocol = 15
        case transport = 16
        /// CLOCK_REALTIME in nanoseconds, host order (NFT_META_TIME_NS, Linux 5.4).
        case timeNanoseconds = 30
    }

    package enum PayloadBase: UInt32, Sendable, Hashable {
        case network = 1
        case transport = 2
    }

    /// The number is the kernel's NFT_CMP.
    package enum Comparison: UInt32, Sendable, Hashable {
        case equal = 0
        case notEqual = 1
        case less = 2
        case lessOrEqual = 3
        case greater = 4
        case greaterOrEqual = 5
    }

    /// C: `meta load KEY => reg 1`.
    case meta(MetaKey)
    case payload(PayloadBase, offset: UInt32, length: UInt32)
    /// Loads into the 32-bit register of this number, 4 to 15, and as many of the next as it takes; what does not fill the
    /// last of them is zero. Register 1 is words 0 to 3.
    case metaWord(MetaKey, word: UInt32)
    case payloadWord(PayloadBase, offset: UInt32, length: UInt32, word: UInt32)
    /// reg 1 = jhash(so many bytes from word 4 on, seed) scaled to 0 ..< modulus, host order.
    case hash(bytes: UInt32, modulus: UInt32, seed: UInt32)
    /// reg 1 = 1 when an IPv6 packet has a fragment header, else 0; one byte.
    case hasFragmentHeader
    /// reg 1 = the identifier of the ancestor at this depth of the sending socket's cgroup, 8 bytes, host order.
    case senderCgroup(level: UInt32)
    /// Ends the rule unless reg 1 is in the set of this name.
    case lookup(set: String)
    /// reg 1 = (reg 1 & mask) ^ xor, both of one length.
    case bits(mask: [UInt8], xor: [UInt8])
    /// reg 1 = hton(reg 1), one number of this many bytes: comparisons are by byte, most significant first.
    case networkOrder(bytes: UInt32)
    case compare(Comparison, [UInt8])
    /// reg 1 = a random number in 0 ..< modulus, host order.
    case random(modulus: UInt32)
    case counter
    case drop
    case accept
    /// reg 1 = these bytes.
    case immediate([UInt8])
    /// The packet's priority = reg 1, host order.
    case setPriority
    /// The packet's mark = reg 1, host order.
    case setMark
    /// reg 2 = the number of the interface that the packet leaves by, host order.
    case outputIndexToSecond
    /// A copy of the packet, which belongs to no socket, is sent to the neighbour on the way to the address in reg 1, by the
    /// interface in reg 2. It passes the output and postrouting hooks itself, untracked. C: nf_dup_ipv4, nf_dup_ipv6.
    case duplicate
    /// The same by the way that the routes say, which for an address of this host is the loopback.
    case duplicateByRoute
    /// The packet is sent by the interface in reg 1, and ends here. C: nft_fwd_netdev.
    case forward
    /// nft_queue's own expression.
    case queue(number: UInt16, bypass: Bool)
    /// An iptables target through nft_compat; the info is what its module defines.
    case target(name: String, revision: UInt32, info: [UInt8])
}

extension Expression {
    /// reg 1 = reg 1 & mask.
    package static func mask(_ mask: [UInt8]) -> Expression {
        .bits(mask: mask, xor: [UInt8](repeating: 0, count: mask.count))
    }
}

/// How this kernel takes a queue verdict; found out by `FilterSocket.queueDialect`.
package enum QueueDialect: String, Sendable, Hashable, Codable {
    /// Module nft_queue, any family.
    case native
    /// The iptables target NFQUEUE through nft_compat: families ip and ip6 (nft 1.0.6 cannot print it in inet).
    case compat
}
