import CNftnl

/// Packets and bytes that a rule's verdict met.
package struct RuleCount: Sendable, Hashable, Codable {
    package var packets: UInt64
    package var bytes: UInt64

    package static let zero = RuleCount(packets: 0, bytes: 0)

    package init(packets: UInt64, bytes: UInt64) {
        self.packets = packets
        self.bytes = bytes
    }

    package static func + (left: RuleCount, right: RuleCount) -> RuleCount {
        RuleCount(packets: left.packets &+ right.packets, bytes: left.bytes &+ right.bytes)
    }
}

/// A rule as the kernel has it.
package struct RuleState: Sendable, Hashable {
    package let chain: String
    package let handle: UInt64
    /// nil: the rule has no counter.
    package let count: RuleCount?
    package let window: TimeWindow?
    package let comment: String?
    /// nil where the kernel has an expression that this target does not write.
    package let expressions: [Expression?]

    /// From a NFT_MSG_NEWRULE (or DELRULE) message; nil when it has no chain or no handle.
    package init?(_ message: NetlinkMessage) {
        let attributes = message.attributes
        guard let chain = attributes[NFTA_RULE_CHAIN]?.text, let handle = attributes[NFTA_RULE_HANDLE]?.number
        else {
            return nil
        }
        let elements = (attributes[NFTA_RULE_EXPRESSIONS]?.nested ?? []).map { $0.nested }
        self.chain = chain
        self.handle = handle
        self.expressions = elements.map { Expression($0) }
        self.window = TimeWindow(in: expressions.compactMap { $0 })
        self.count = elements.lazy.compactMap { RuleCount($0) }.first
        self.comment = attributes[NFTA_RULE_USERDATA].flatMap { Self.comment(in: $0.value) }
    }

    /// Triples of type, length, value (libnftnl's udata).
    private static func comment(in bytes: ArraySlice<UInt8>) -> String? {
        var rest = bytes
        while rest.count >= 2, let type = rest.first, let length = rest.dropFirst().first {
            let value = rest.dropFirst(2).prefix(Int(length))
            if UInt32(type) == UInt32(NFTNL_UDATA_RULE_COMMENT.rawValue) {
                return String(decoding: value.prefix { $0 != 0 }, as: UTF8.self)
            }
            rest = rest.dropFirst(2 + Int(length))
        }
        return nil
    }
}

/// A table as the kernel has it.
package struct TableState: Sendable, Hashable {
    package let name: String
    package let family: TableFamily
    /// The netlink port of the socket whose end takes the table away; nil: it stays.
    package let owner: UInt32?
    /// In the order of the chain.
    package let rules: [RuleState]
    /// The elements of each, by name.
    package let sets: [String: Set<PacketSet.Element>]

    /// The sum over all rules that have a counter.
    package var count: RuleCount { rules.reduce(.zero) { $0 + ($1.count ?? .zero) } }
}

extension RuleCount {
    /// Of an expression "counter".
    init?(_ expression: [NetlinkAttribute]) {
        guard expression[NFTA_EXPR_NAME]?.text == "counter", let data = expression[NFTA_EXPR_DATA]?.nested
        else {
            return nil
        }
        self.init(
            packets: data[NFTA_COUNTER_PACKETS]?.number ?? 0,
            bytes: data[NFTA_COUNTER_BYTES]?.number ?? 0
        )
    }
}

extension [NetlinkAttribute] {
    /// By the kernel's name of it.
    subscript<Name: RawRepresentable<UInt32>>(name: Name) -> NetlinkAttribute? {
        first { UInt32($0.type) == name.rawValue }
    }
}
