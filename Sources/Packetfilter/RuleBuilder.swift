import CNftnl
import Glibc
import LinuxSystem

/// Netlink messages by libnftnl: the one file that turns tables, chains and rules into bytes.
///
/// Pure as far as anybody can see: the same value and sequence number give the same bytes.
package enum RuleBuilder {
    /// libnftnl writes without a bound; names and comments are bounded by `checkName` so that this is ample.
    private static let capacity = 16384

    /// C: `nftnl_batch_begin`.
    package static func batchBegin(sequence: UInt32) -> [UInt8] {
        message { nftnl_batch_begin($0, sequence) }
    }

    /// Without it the kernel checks the batch and takes everything back: a dry run.
    package static func batchEnd(sequence: UInt32) -> [UInt8] {
        message { nftnl_batch_end($0, sequence) }
    }

    /// Like `add table … { flags owner; }`, an error if it is there.
    package static func newTable(_ table: FilterTable, sequence: UInt32) throws(FilterError) -> [UInt8] {
        let object = try tableObject(table.name, table.family)
        nftnl_table_set_u32(
            object.pointer,
            UInt16(NFTNL_TABLE_FLAGS.rawValue),
            UInt32(NFT_TABLE_F_OWNER.rawValue)
        )
        return message {
            let header = nftnl_nlmsg_build_hdr(
                $0,
                UInt16(NFT_MSG_NEWTABLE.rawValue),
                UInt16(table.family.rawValue),
                UInt16(NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK),
                sequence
            )
            nftnl_table_nlmsg_build_payload(header, object.pointer)
            return header
        }
    }

    package static func deleteTable(
        _ name: String,
        family: TableFamily,
        sequence: UInt32
    ) throws(FilterError) -> [UInt8] {
        let object = try tableObject(name, family)
        return message {
            let header = nftnl_nlmsg_build_hdr(
                $0,
                UInt16(NFT_MSG_DELTABLE.rawValue),
                UInt16(family.rawValue),
                UInt16(NLM_F_ACK),
                sequence
            )
            nftnl_table_nlmsg_build_payload(header, object.pointer)
            return header
        }
    }

    /// All rules of a table; its chains stay. Like `flush table`.
    package static func deleteRules(
        table: String,
        family: TableFamily,
        sequence: UInt32
    ) throws(FilterError) -> [UInt8] {
        try checkName(table, "table")
        let object = try allocated(ForeignHandle(nftnl_rule_alloc(), release: { nftnl_rule_free($0) }))
        nftnl_rule_set_str(object.pointer, UInt16(NFTNL_RULE_TABLE.rawValue), table)
        return message {
            let header = nftnl_nlmsg_build_hdr(
                $0,
                UInt16(NFT_MSG_DELRULE.rawValue),
                UInt16(family.rawValue),
                UInt16(NLM_F_ACK),
                sequence
            )
            nftnl_rule_nlmsg_build_payload(header, object.pointer)
            return header
        }
    }

    /// Like `add chain … { type filter hook … priority …; policy accept; }`.
    package static func newChain(
        _ chain: FilterChain,
        table: FilterTable,
        sequence: UInt32
    ) throws(FilterError) -> [UInt8] {
        try checkName(chain.name, "chain")
        let object = try allocated(ForeignHandle(nftnl_chain_alloc(), release: { nftnl_chain_free($0) }))
        let pointer = object.pointer
        nftnl_chain_set_str(pointer, UInt16(NFTNL_CHAIN_TABLE.rawValue), table.name)
        nftnl_chain_set_str(pointer, UInt16(NFTNL_CHAIN_NAME.rawValue), chain.name)
        nftnl_chain_set_str(pointer, UInt16(NFTNL_CHAIN_TYPE.rawValue), "filter")
        nftnl_chain_set_u32(pointer, UInt16(NFTNL_CHAIN_HOOKNUM.rawValue), chain.hook.rawValue & 0xff)
        nftnl_chain_set_s32(pointer, UInt16(NFTNL_CHAIN_PRIO.rawValue), chain.priority)
        nftnl_chain_set_u32(pointer, UInt16(NFTNL_CHAIN_POLICY.rawValue), UInt32(NF_ACCEPT))
        if let interface = chain.interface {
            nftnl_chain_set_str(pointer, UInt16(NFTNL_CHAIN_DEV.rawValue), interface)
        }
        return message {
            let header = nftnl_nlmsg_build_hdr(
                $0,
                UInt16(NFT_MSG_NEWCHAIN.rawValue),
                UInt16(table.family.rawValue),
                UInt16(NLM_F_CREATE | NLM_F_ACK),
                sequence
            )
            nftnl_chain_nlmsg_build_payload(header, pointer)
            return header
        }
    }

    /// A rule at the end of its chain, or in the place of the one with this handle (which then is another number). The
    /// kernel echoes the rule with its handle.
    package static func newRule(
        _ expressions: [Expression],
        comment: String?,
        at place: RulePlace,
        replacing handle: UInt64? = nil,
        sequence: UInt32
    ) throws(FilterError) -> [UInt8] {
        try checkName(place.chain, "chain")
        try checkName(place.table, "table")
        let object = try allocated(ForeignHandle(nftnl_rule_alloc(), release: { nftnl_rule_free($0) }))
        let pointer = object.pointer
        nftnl_rule_set_str(pointer, UInt16(NFTNL_RULE_TABLE.rawValue), place.table)
        nftnl_rule_set_str(pointer, UInt16(NFTNL_RULE_CHAIN.rawValue), place.chain)
        nftnl_rule_set_u32(pointer, UInt16(NFTNL_RULE_FAMILY.rawValue), UInt32(place.family.rawValue))
        if let handle { nftnl_rule_set_u64(pointer, UInt16(NFTNL_RULE_HANDLE.rawValue), handle) }
        if let comment { setComment(comment, of: pointer) }
        for expression in expressions { try ExpressionBuilder.add(expression, to: pointer) }
        let place = place
        return message {
            let position = handle == nil ? NLM_F_CREATE | NLM_F_APPEND : NLM_F_REPLACE
            let header = nftnl_nlmsg_build_hdr(
                $0,
                UInt16(NFT_MSG_NEWRULE.rawValue),
                UInt16(place.family.rawValue),
                UInt16(position | NLM_F_ACK | NLM_F_ECHO),
                sequence
            )
            nftnl_rule_nlmsg_build_payload(header, pointer)
            return header
        }
    }

    /// nft's own form of a comment (NFTNL_UDATA_RULE_COMMENT): type, length, text with its zero byte.
    private static func setComment(_ comment: String, of rule: OpaquePointer) {
        let text = Array(comment.utf8.filter { $0 != 0 }.prefix(120)) + [0]
        let data = [UInt8(NFTNL_UDATA_RULE_COMMENT.rawValue), UInt8(text.count)] + text
        nftnl_rule_set_data(rule, UInt16(NFTNL_RULE_USERDATA.rawValue), data, UInt32(data.count))
    }

    private static func tableObject(_ name: String, _ family: TableFamily) throws(FilterError)
        -> ForeignHandle
    {
        try checkName(name, "table")
        let object = try allocated(ForeignHandle(nftnl_table_alloc(), release: { nftnl_table_free($0) }))
        nftnl_table_set_str(object.pointer, UInt16(NFTNL_TABLE_NAME.rawValue), name)
        nftnl_table_set_u32(object.pointer, UInt16(NFTNL_TABLE_FAMILY.rawValue), UInt32(family.rawValue))
        return object
    }

    /// What nft's grammar can also name, so that a person can list and delete it.
    private static func checkName(_ name: String, _ kind: String) throws(FilterError) {
        let bytes = name.utf8
        let letters = bytes.allSatisfy {
            (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 95
                || $0 == 45
        }
        guard let first = bytes.first, first > 57, first != 95, letters, bytes.count <= 100 else {
            throw FilterError(
                "name \(kind) \"\(name)\"",
                badRule: "a name starts with a letter and has up to 100 letters, digits, \"_\" or \"-\""
            )
        }
    }

    private static func allocated(_ handle: consuming ForeignHandle?) throws(FilterError) -> ForeignHandle {
        guard let handle else { throw FilterError("allocate a rule", errno: ENOMEM) }
        return handle
    }

    static func message(_ build: (UnsafeMutablePointer<CChar>) -> UnsafeMutablePointer<nlmsghdr>?) -> [UInt8]
    {
        withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 8) { buffer in
            _ = buffer.initializeMemory(as: UInt8.self, repeating: 0)
            guard let start = buffer.baseAddress,
                let header = build(start.assumingMemoryBound(to: CChar.self))
            else {
                return []
            }
            return Array(buffer.prefix(Int(header.pointee.nlmsg_len)))
        }
    }
}

/// Where a rule is.
package struct RulePlace: Sendable, Hashable {
    package let table: String
    package let family: TableFamily
    package let chain: String

    package init(table: String, family: TableFamily, chain: String) {
        self.table = table
        self.family = family
        self.chain = chain
    }
}
