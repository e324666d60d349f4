import CNftnl

/// Everything of nf_tables in a namespace that is somebody else's, so that "we left it as it was" can be checked.
///
/// Two snapshots are equal when every table, chain, rule, set, element, object and flowtable is the same, byte for byte as
/// the kernel shows it, but for what changes by itself: counters, quotas used, times left. Elements of sets that packets
/// fill, or that expire, are left out.
package struct RulesetSnapshot: Sendable, Hashable {
    /// "rule inet filter/input handle 5" → the attributes without what changes by itself.
    package let objects: [String: [UInt8]]

    package init(objects: [String: [UInt8]]) {
        self.objects = objects
    }

    /// One line for each difference, sorted; empty when there is none.
    package func differences(to later: RulesetSnapshot) -> [String] {
        var lines: [String] = []
        for (name, bytes) in objects {
            guard let now = later.objects[name] else {
                lines.append("\(name) is gone")
                continue
            }
            if now != bytes { lines.append("\(name) has changed") }
        }
        for name in later.objects.keys where objects[name] == nil { lines.append("\(name) is new") }
        return lines.sorted()
    }

    /// Of these messages alone, whatever they are: for tests of the reading.
    package init(reading messages: [NetlinkMessage]) {
        var objects: [String: [UInt8]] = [:]
        for message in messages {
            let attributes = message.attributes
            for kind in Kind.all {
                objects[kind.title(family: "any", table: "any", attributes)] = kind.lasting(attributes)
            }
            objects["elements"] = SetContents.bytes([message])
        }
        self.objects = objects
    }

    static func take(
        from socket: inout NetlinkSocket,
        leavingOutOwner port: UInt32
    ) throws(FilterError) -> RulesetSnapshot {
        var objects: [String: [UInt8]] = [:]
        var own = Set<[String]>()
        for kind in Kind.all {
            for message in try dump(kind, [], family: 0, from: &socket) {
                let attributes = message.attributes
                // Attribute 1 is the table's name in all of them.
                let table = attributes[NFTA_TABLE_NAME]?.text ?? ""
                let family = familyName(message.family)
                if kind.name == "table", attributes[NFTA_TABLE_OWNER]?.word == port {
                    own.insert([family, table])
                }
                guard !own.contains([family, table]) else { continue }
                let name = kind.title(family: family, table: table, attributes)
                objects[name] = kind.lasting(attributes)
                if kind.name == "set", SetContents.lasts(attributes),
                    let set = attributes[NFTA_SET_NAME]?.text
                {
                    let elements = try dump(.elements, [table, set], family: message.family, from: &socket)
                    objects["elements of \(name)"] = SetContents.bytes(elements)
                }
            }
        }
        return RulesetSnapshot(objects: objects)
    }

    private static func dump(
        _ kind: Kind,
        _ names: [String],
        family: UInt8,
        from socket: inout NetlinkSocket
    ) throws(FilterError) -> [NetlinkMessage] {
        do throws(FilterError) {
            return try socket.dump("list \(kind.name)s") { (sequence) throws(FilterError) in
                NetlinkQuery(kind.request, family: family, dump: true, names: names).bytes(sequence)
            }
        } catch {
            // A kernel without flowtables or objects has none of them; a set may go while we look.
            guard kind.isOptional, error.kind == .unsupported || error.kind == .gone else { throw error }
            return []
        }
    }

    private static func familyName(_ number: UInt8) -> String {
        switch number {
        case 1: "inet"
        case 2: "ip"
        case 3: "arp"
        case 5: "netdev"
        case 7: "bridge"
        case 10: "ip6"
        default: "family \(number)"
        }
    }
}
