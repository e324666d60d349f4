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
    /// What its rules look up.
    package let sets: [PacketSet]

    /// What is not in `state` as it was installed; empty when all is there.
    package func missing(in state: TableState) -> [String] {
        let handles = Set(state.rules.map(\.handle))
        let lost = rules.filter { !handles.contains($0.handle) }.map {
            "rule \($0.handle) of chain \($0.chain)"
        }
        return lost + sets.filter { state.sets[$0.name] != Set($0.elements) }.map { "set \($0.name)" }
    }

    /// Counts over the whole life of each rule: what `state` says now, and what its predecessors counted. nil where a rule
    /// is gone, or has no counter.
    package func counts(in state: TableState) -> [RuleCount?] {
        rules.map { rule in
            state.rules.first { $0.handle == rule.handle }?.count.map { $0 + rule.carried }
        }
    }
}
