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
        return TableState(
            name: name,
            family: family,
            owner: table.attributes[NFTA_TABLE_OWNER]?.word,
            // Kernels before 4.x ignore the filter by table.
            rules: rules.filter { $0.attributes[NFTA_RULE_TABLE]?.text == name }.compactMap { RuleState($0) }
        )
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
