package import Measures

/// Partitions that have a name, after Jepsen's nemeses: who stands where is drawn.
package enum PartitionShape: String, Sendable, Hashable, Codable, CaseIterable {
    /// Two sides that do not hear each other, the smaller one half of the nodes rounded down.
    case halves
    /// One node that hears nobody and that nobody hears.
    case one
    /// Two sides that do not hear each other, and one node between them that hears, and is heard by, everybody.
    case bridge
    /// Every node hears, and is heard by, a majority, itself included, and no two nodes the same one.
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
            guard shuffled.count > 3 else {
                // A chain: of three nodes no two pairs make a ring.
                cut(shuffled.prefix(1), shuffled.suffix(1))
                break
            }
            // A window slides over the ring; the node in its middle hears those in it. Its size is the least odd majority,
            // so that whoever is heard hears as well: with Jepsen's windows of an even majority (3 nodes, 6, 7) some hear
            // nodes that do not hear them, and no majority of them can talk.
            let reach = (half + 1) / 2
            for (index, node) in shuffled.enumerated() {
                let heard = (-reach...reach).map { shuffled[(index + $0 + shuffled.count) % shuffled.count] }
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
