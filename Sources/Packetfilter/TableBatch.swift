extension FilterBatch {
    /// A table, its sets, its chains, its rules, in this order. `queue`: see `PacketRule.expressions`.
    mutating func make(_ table: FilterTable, queue: QueueDialect) throws(FilterError) {
        let name = "\(table.family.name) \(table.name)"
        add("make table \(name)") { (sequence) throws(FilterError) in
            try RuleBuilder.newTable(table, sequence: sequence)
        }
        for set in table.sets { make(set, in: table) }
        for chain in table.chains {
            add("make chain \(chain.name) in \(name)") { (sequence) throws(FilterError) in
                try RuleBuilder.newChain(chain, table: table, sequence: sequence)
            }
        }
        for chain in table.chains {
            let place = RulePlace(table: table.name, family: table.family, chain: chain.name)
            for (index, rule) in chain.rules.enumerated() {
                let expressions = try rule.expressions(family: table.family, queue: queue)
                add("make rule \(index + 1) of chain \(chain.name) in \(name)") {
                    (sequence) throws(FilterError) in
                    try RuleBuilder.newRule(expressions, comment: rule.comment, at: place, sequence: sequence)
                }
            }
        }
    }

    private mutating func make(_ set: PacketSet, in table: FilterTable) {
        let operation = "make set \(set.name) in \(table.family.name) \(table.name)"
        // Any number that no other set of the batch has.
        let identifier = UInt32(steps.count + 1)
        add(operation) { (sequence) throws(FilterError) in
            try SetBuilder.newSet(set, table: table, identifier: identifier, sequence: sequence)
        }
        var rest = set.elements[...]
        while !rest.isEmpty {
            let part = rest.prefix(SetBuilder.elementsInMessage)
            rest = rest.dropFirst(part.count)
            add(operation) { (sequence) throws(FilterError) in
                try SetBuilder.newElements(
                    part,
                    of: set,
                    table: table,
                    identifier: identifier,
                    sequence: sequence
                )
            }
        }
    }
}
