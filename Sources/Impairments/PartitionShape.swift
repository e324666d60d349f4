package import Measures

/// Partitions that have a name, after Jepsen's nemeses: who stands where is drawn.
package enum PartitionShape: String, Sendable, Hashable, Codable, CaseIterable {
    /// Two sides that do not hear each other, the smaller one half of the nodes rounded down.
    case halves
    /// One node that hears nobody and that nobody hears.
    case one
    /// Two sides that do not hear each other, and one node between them that hears, and is heard by, everybody.
    case bridge
    /// Every node hears a majority, itself included, and no two nodes the same one. With an even majority some hear
    /// nodes that do not hear them.
    case ring
    /// Fewer than half of the nodes, cut off from the rest: both sides are whole in themselves.
    case minority

    /// With fewer there is nothing to divide so.
    package var fewestNodes: Int {
        switch self {
        case .halves, .one: 2
        case .bridge, .ring, .minority: 3
        }
    }

    /// The grudge: each node and whom it does not hear, in the order given. Nodes with nobody are left out.
    package func grudge(of nodes: [String], using generator: inout SeededGenerator) -> [(
        node: String, drops: [String]
    )] {
        let shuffled = Self.shuffled(nodes, using: &generator)
        var drops: [String: Set<String>] = [:]
        let cut = { (one: ArraySlice<String>, other: ArraySlice<String>) in
            for node in one { drops[node, default: []].formUnion(other) }
            for node in other { drops[node, default: []].formUnion(one) }
        }
        let half = shuffled.count / 2
        switch self {
        case .halves: cut(shuffled.prefix(half), shuffled.dropFirst(half))
        case .one: cut(shuffled.prefix(1), shuffled.dropFirst(1))
        case .bridge: cut(shuffled.prefix(half), shuffled.dropFirst(half + 1))
        case .minority:
            let few = (shuffled.count - 1) / 2
            cut(shuffled.prefix(few), shuffled.dropFirst(few))
        case .ring:
            // A window of a majority's size slides over the ring; the node in its middle hears those in it.
            let majority = half + 1
            for (index, node) in shuffled.enumerated() {
                let first = index - (majority - 1) / 2 + shuffled.count
                let heard = Set((first..<first + majority).map { shuffled[$0 % shuffled.count] })
                drops[node] = Set(shuffled).subtracting(heard)
            }
        }
        return nodes.compactMap { node in
            guard let dropped = drops[node], !dropped.isEmpty else { return nil }
            return (node, nodes.filter(dropped.contains))
        }
    }

    /// Fisher and Yates. Written here, since the standard library's way of drawing may change.
    private static func shuffled(_ nodes: [String], using generator: inout SeededGenerator) -> [String] {
        var nodes = nodes
        for last in nodes.indices.reversed() where last > 0 {
            nodes.swapAt(last, Int(generator.next() % UInt64(last + 1)))
        }
        return nodes
    }
}
