import Impairments
import Measures
import Testing

@Suite("Partitions with a name")
struct PartitionShapeTests {
    /// Whom each node hears, itself included.
    private struct Hearing {
        let nodes: [String]
        let heard: [String: Set<String>]

        init(_ shape: PartitionShape, count: Int, seed: UInt64) {
            var draws = SeededGenerator(seed: seed)
            let nodes = (1...count).map { "n\($0)" }
            var heard = Dictionary(uniqueKeysWithValues: nodes.map { ($0, Set(nodes)) })
            for (node, drops) in shape.grudge(of: nodes, using: &draws) { heard[node]?.subtract(drops) }
            self.nodes = nodes
            self.heard = heard
        }

        /// Whoever hears a node is heard by it, and each hears itself.
        var isTwoWay: Bool {
            nodes.allSatisfy { node in
                heard[node]?.contains(node) == true
                    && heard[node]?.allSatisfy { heard[$0]?.contains(node) == true } == true
            }
        }
        /// The different sets of nodes that are heard, by size.
        var groups: [Set<String>] { Set(heard.values).sorted { $0.count < $1.count } }
    }

    /// Checks a law for 3 to 30 nodes, some seeds each.
    private static func check(_ shape: PartitionShape, _ law: (Hearing, Int) -> Bool) {
        for count in 3...30 {
            for seed in 0..<20 as Range<UInt64> {
                let hearing = Hearing(shape, count: count, seed: seed)
                #expect(hearing.isTwoWay, "\(shape) of \(count), seed \(seed)")
                #expect(law(hearing, count), "\(shape) of \(count), seed \(seed): \(hearing.heard)")
            }
        }
    }

    @Test("halves: two sides, the smaller one half rounded down")
    func halves() {
        Self.check(.halves) { hearing, count in
            // Of an even number both have the same size.
            hearing.groups.map(\.count) == [count / 2, count - count / 2]
                && hearing.groups[0].isDisjoint(with: hearing.groups[1])
        }
    }

    @Test("one: a node alone, the rest together")
    func one() {
        Self.check(.one) { hearing, count in hearing.groups.map(\.count) == [1, count - 1] }
    }

    @Test("minority: fewer than half, cut off, and both sides whole")
    func minority() {
        Self.check(.minority) { hearing, count in
            hearing.groups.count == 2 && hearing.groups[0].count * 2 < count
                && hearing.groups[0].count + hearing.groups[1].count == count
        }
    }

    @Test("bridge: one node hears all; without it there are two sides")
    func bridge() {
        Self.check(.bridge) { hearing, count in
            let bridges = hearing.nodes.filter { hearing.heard[$0]?.count == count }
            let sides = hearing.groups.filter { $0.count < count }
            return bridges.count == 1 && sides.count == 2
                && sides[0].intersection(sides[1]) == Set(bridges)
                && sides[0].union(sides[1]).count == count
        }
    }

    @Test("ring: every node hears a majority, and no two the same")
    func ring() {
        Self.check(.ring) { hearing, count in
            hearing.groups.count == count && hearing.groups.allSatisfy { $0.count * 2 > count }
                && hearing.groups.contains { $0.count < count }
        }
    }

    @Test("the same seed divides alike, others otherwise", arguments: PartitionShape.allCases)
    func seeds(_ shape: PartitionShape) {
        let drawn = (0..<20 as Range<UInt64>).map { Hearing(shape, count: 9, seed: $0).heard }
        #expect(drawn == (0..<20 as Range<UInt64>).map { Hearing(shape, count: 9, seed: $0).heard })
        #expect(Set(drawn.map { $0.description }).count > 5)
    }
}
