/// A table that a FilterSocket made, with the kernel's handles: what it takes to change or remove it.
package struct InstalledTable: Sendable, Hashable {
    package struct Rule: Sendable, Hashable {
        package let chain: String
        package internal(set) var rule: PacketRule
        /// Changes with each replacement of the rule.
        package internal(set) var handle: UInt64
        /// Counted by rules that this one replaced.
        package internal(set) var carried: RuleCount
    }

    package let name: String
    package let family: TableFamily
    /// In the order of the chains and of the rules in them.
    package internal(set) var rules: [Rule]

    /// Counts over the whole life of each rule: what `state` says now, and what its predecessors counted. nil where a rule
    /// is gone.
    package func counts(in state: TableState) -> [RuleCount?] {
        rules.map { rule in
            state.rules.first { $0.handle == rule.handle }?.count.map { $0 + rule.carried }
        }
    }
}
