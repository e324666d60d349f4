import CNftnl
import Glibc

/// Reads one table of ours.
enum TableReader {
    static func read(
        _ name: String,
        _ family: TableFamily,
        from socket: inout NetlinkSocket
    ) throws(FilterError) -> TableState? {
        let operation = "read table \(family.name) \(name)"
        let tables: [NetlinkMessage]
        do throws(FilterError) {
            tables = try socket.request(operation) { (sequence) throws(FilterError) in
                NetlinkQuery(NFT_MSG_GETTABLE, family: family.rawValue, dump: false, names: [name]).bytes(
                    sequence
                )
            }
        } catch {
            guard error.kind == .gone else { throw error }
            return nil
        }
        guard let table = tables.first else { return nil }
        let rules = try socket.dump(operation) { (sequence) throws(FilterError) in
            NetlinkQuery(NFT_MSG_GETRULE, family: family.rawValue, dump: true, names: [name]).bytes(sequence)
        }
        // Most tables have none, and then there is nothing to ask for.
        let looksUp = rules.contains { RuleState($0)?.expressions.contains { $0?.isLookup == true } == true }
        return TableState(
            name: name,
            family: family,
            owner: table.attributes[NFTA_TABLE_OWNER]?.word,
            // Kernels before 4.x ignore the filter by table.
            rules: rules.filter { $0.attributes[NFTA_RULE_TABLE]?.text == name }.compactMap { RuleState($0) },
            sets: looksUp ? try sets(of: name, family, from: &socket) : [:]
        )
    }

    private static func sets(
        of table: String,
        _ family: TableFamily,
        from socket: inout NetlinkSocket
    ) throws(FilterError) -> [String: Set<PacketSet.Element>] {
        let operation = "read the sets of table \(family.name) \(table)"
        let messages = try socket.dump(operation) { (sequence) throws(FilterError) in
            NetlinkQuery(NFT_MSG_GETSET, family: family.rawValue, dump: true, names: [table]).bytes(sequence)
        }
        var sets: [String: Set<PacketSet.Element>] = [:]
        for message in messages {
            let attributes = message.attributes
            guard attributes[NFTA_SET_TABLE]?.text == table, let name = attributes[NFTA_SET_NAME]?.text else {
                continue
            }
            let elements = try socket.dump(operation) { (sequence) throws(FilterError) in
                NetlinkQuery(
                    NFT_MSG_GETSETELEM,
                    family: family.rawValue,
                    dump: true,
                    names: [table, name]
                ).bytes(sequence)
            }
            sets[name] = Set(elements.flatMap { PacketSet.Element.all(in: $0) })
        }
        return sets
    }
}

extension Expression {
    fileprivate var isLookup: Bool {
        if case .lookup = self { true } else { false }
    }
}

extension PacketSet.Element {
    /// Of a NFT_MSG_NEWSETELEM message.
    package static func all(in message: NetlinkMessage) -> [PacketSet.Element] {
        (message.attributes[NFTA_SET_ELEM_LIST_ELEMENTS]?.nested ?? []).compactMap { element in
            let attributes = element.nested
            guard let key = attributes[NFTA_SET_ELEM_KEY]?.nested[NFTA_DATA_VALUE] else { return nil }
            let flags = attributes[NFTA_SET_ELEM_FLAGS]?.word ?? 0
            return PacketSet.Element(
                key: Array(key.value),
                isEnd: flags & NFT_SET_ELEM_INTERVAL_END.rawValue != 0
            )
        }
    }
}

/// A question about nf_tables' objects: of one, or of all that fit.
struct NetlinkQuery {
    private let type: nf_tables_msg_types
    private let family: UInt8
    private let dump: Bool
    /// Attributes 1, 2, …: the table's name, then that of the object in it.
    private let names: [String]

    /// `family`: 0 is all.
    init(_ type: nf_tables_msg_types, family: UInt8, dump: Bool, names: [String] = []) {
        self.type = type
        self.family = family
        self.dump = dump
        self.names = names
    }

    func bytes(_ sequence: UInt32) -> [UInt8] {
        RuleBuilder.message { buffer in
            let header = nftnl_nlmsg_build_hdr(
                buffer,
                UInt16(type.rawValue),
                UInt16(family),
                UInt16(dump ? NLM_F_DUMP : NLM_F_ACK),
                sequence
            )
            for (index, name) in names.enumerated() {
                mnl_attr_put_strz(header, UInt16(index + 1), String(name.prefix(255)))
            }
            return header
        }
    }
}
