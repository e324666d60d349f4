import CNftnl

extension RulesetSnapshot {
    /// A kind of object, and which of its attributes last.
    struct Kind {
        let name: String
        let request: nf_tables_msg_types
        let isOptional: Bool
        /// The attribute with the object's name, or its handle when it has none.
        private let label: UInt32
        /// Attributes that change by themselves.
        private let volatile: Set<UInt32>

        /// Tables first: they say which of the rest is ours.
        static let all: [Kind] = [
            Kind(name: "table", request: NFT_MSG_GETTABLE, isOptional: false, label: 0, volatile: []),
            Kind(
                name: "chain",
                request: NFT_MSG_GETCHAIN,
                isOptional: false,
                label: NFTA_CHAIN_NAME.rawValue,
                volatile: [NFTA_CHAIN_COUNTERS.rawValue]
            ),
            Kind(
                name: "rule",
                request: NFT_MSG_GETRULE,
                isOptional: false,
                label: NFTA_RULE_HANDLE.rawValue,
                volatile: []
            ),
            Kind(
                name: "set",
                request: NFT_MSG_GETSET,
                isOptional: false,
                label: NFTA_SET_NAME.rawValue,
                // 20: the number of elements, newer than the headers.
                volatile: [20]
            ),
            Kind(
                name: "object",
                request: NFT_MSG_GETOBJ,
                isOptional: true,
                label: NFTA_OBJ_NAME.rawValue,
                volatile: []
            ),
            Kind(
                name: "flowtable",
                request: NFT_MSG_GETFLOWTABLE,
                isOptional: true,
                label: NFTA_FLOWTABLE_NAME.rawValue,
                volatile: []
            ),
        ]
        static let elements = Kind(
            name: "element",
            request: NFT_MSG_GETSETELEM,
            isOptional: true,
            label: 0,
            volatile: []
        )

        func title(family: String, table: String, _ attributes: [NetlinkAttribute]) -> String {
            let place = "\(name) \(family) \(table)"
            guard label != 0 else { return place }
            let own = attributes.first { UInt32($0.type) == label }
            if name == "rule" {
                return "\(place)/\(attributes[NFTA_RULE_CHAIN]?.text ?? "?") handle \(own?.number ?? 0)"
            }
            return "\(place)/\(own?.text ?? "?")"
        }

        /// Type, length and value of each attribute that lasts.
        func lasting(_ attributes: [NetlinkAttribute]) -> [UInt8] {
            var bytes: [UInt8] = []
            for attribute in attributes where !volatile.contains(UInt32(attribute.type)) {
                if name == "rule", UInt32(attribute.type) == NFTA_RULE_EXPRESSIONS.rawValue {
                    for expression in attribute.nested {
                        bytes += Self.lasting(expression: expression.nested)
                    }
                } else if name == "object", UInt32(attribute.type) == NFTA_OBJ_DATA.rawValue,
                    isCounting(attributes)
                {
                    continue
                } else {
                    bytes += attribute.flat
                }
            }
            return bytes
        }

        private func isCounting(_ attributes: [NetlinkAttribute]) -> Bool {
            let type = Int32(truncatingIfNeeded: attributes[NFTA_OBJ_TYPE]?.number ?? 0)
            return type == NFT_OBJECT_COUNTER || type == NFT_OBJECT_QUOTA
        }

        /// Of the expressions that count, only that they are there.
        private static func lasting(expression: [NetlinkAttribute]) -> [UInt8] {
            let counting: Set<String> = ["counter", "quota", "last"]
            guard let name = expression[NFTA_EXPR_NAME] else { return [] }
            return counting.contains(name.text) ? name.flat : expression.flatMap(\.flat)
        }
    }

    enum SetContents {
        /// Neither filled by packets nor expiring.
        static func lasts(_ set: [NetlinkAttribute]) -> Bool {
            let flags = set[NFTA_SET_FLAGS]?.word ?? 0
            return flags & (NFT_SET_EVAL.rawValue | NFT_SET_TIMEOUT.rawValue) == 0
        }

        /// Sorted: the order of a hash table is nobody's wish.
        static func bytes(_ messages: [NetlinkMessage]) -> [UInt8] {
            let volatile = [NFTA_SET_ELEM_EXPIRATION, NFTA_SET_ELEM_EXPR, NFTA_SET_ELEM_EXPRESSIONS].map(
                \.rawValue
            )
            var elements: [[UInt8]] = []
            for message in messages {
                for element in message.attributes[NFTA_SET_ELEM_LIST_ELEMENTS]?.nested ?? [] {
                    let lasting = element.nested.filter { !volatile.contains(UInt32($0.type)) }
                    elements.append(lasting.flatMap(\.flat))
                }
            }
            return elements.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 }
        }
    }
}

extension NetlinkAttribute {
    /// Its own form of bytes, so that two lists of attributes are equal only when they have the same ones.
    fileprivate var flat: [UInt8] {
        hostOrder(type) + hostOrder(UInt32(truncatingIfNeeded: value.count)) + value
    }
}
