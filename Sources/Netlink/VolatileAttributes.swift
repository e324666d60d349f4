/// What changes in the kernel's descriptions although nobody changed anything: counters and times. It is left out of
/// snapshots, so that two of them are equal when the settings are.
enum VolatileAttributes {
    /// The attributes of one message that are settings. C: TCA_STATS 3, TCA_XSTATS 4, TCA_RATE 5 (an estimate),
    /// TCA_FCNT 6, TCA_STATS2 7.
    static func settings(_ attributes: [Attribute], role: TrafficControlObject.Role, kind: String)
        -> [Attribute]
    {
        var kept: [Attribute] = []
        for attribute in attributes where !(3...7).contains(attribute.type) {
            guard attribute.type == 2 else {
                kept.append(attribute)
                continue
            }
            switch role {
            case .qdisc: kept.append(Attribute(2, qdiscOptions(attribute.payload, kind)))
            case .filter: kept.append(Attribute(2, filterOptions(attribute.payload, kind)))
            case .class: kept.append(attribute)
            }
        }
        return kept
    }

    /// htb counts the packets that went past all classes: `tc_htb_glob.direct_pkts`, the last word of TCA_HTB_INIT (2).
    private static func qdiscOptions(_ payload: [UInt8], _ kind: String) -> [UInt8] {
        guard kind == "htb" else { return payload }
        let attributes = Attribute.decode(payload).map { attribute in
            attribute.type == 2 && attribute.payload.count >= 20
                ? Attribute(2, Array(attribute.payload.prefix(16)) + [0, 0, 0, 0]) : attribute
        }
        return Attribute.encode(attributes)
    }

    /// Counters of the classifiers, and the statistics and last-use times of the actions below them.
    private static func filterOptions(_ payload: [UInt8], _ kind: String) -> [UInt8] {
        // Kind: attribute of its actions, attributes that count.
        let table: [String: (actions: UInt16, counters: Set<UInt16>)] = [
            "u32": (7, [9]), "matchall": (2, [4]), "flower": (3, []), "bpf": (1, []), "basic": (3, [5]),
            "fw": (4, []),
        ]
        guard let entry = table[kind] else { return payload }
        var kept: [Attribute] = []
        for attribute in Attribute.decode(payload) where !entry.counters.contains(attribute.type) {
            if attribute.type == entry.actions {
                kept.append(Attribute(Int(attribute.type), nested: attribute.nested.map(action)))
            } else if kind == "u32", attribute.type == 10, attribute.payload.count >= 12 {
                // TCA_U32_MARK: value, mask, number of hits.
                kept.append(Attribute(10, Array(attribute.payload.prefix(8)) + [0, 0, 0, 0]))
            } else {
                kept.append(attribute)
            }
        }
        return Attribute.encode(kept)
    }

    /// One action: TCA_ACT_KIND 1, TCA_ACT_OPTIONS 2, TCA_ACT_STATS 4. Its times (`struct tcf_t`, TCA_…_TM) are attribute
    /// 1 of every kind's options but police's, where it is 8, and csum's, where it is 2.
    private static func action(_ action: Attribute) -> Attribute {
        let parts = action.nested
        let kind: String = parts.first { $0.type == 1 }?.text ?? ""
        let times: UInt16 = kind == "police" ? 8 : kind == "csum" ? 2 : 1
        var kept: [Attribute] = []
        for part in parts where part.type != 4 {
            let isOptions = part.type == 2
            kept.append(isOptions ? Attribute(2, nested: part.nested.filter { $0.type != times }) : part)
        }
        return Attribute(Int(action.type), nested: kept)
    }
}
