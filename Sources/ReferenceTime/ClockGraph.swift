/// What is known of several clocks at one instant, as constraints between pairs, and what follows from all of them
/// (clocks.md, section 8.6). Pure.
///
/// An interval [l, h] of x_j − x_i is two constraints: x_j − x_i ≤ h and x_i − x_j ≤ −l, that is an edge i → j of length
/// h and one j → i of length −l. Along a path the constraints add, so the shortest path from i to j is the tightest
/// upper limit of x_j − x_i that they prove (Cormen et al., "Introduction to Algorithms", 24.4). A cycle of negative
/// length says that a clock differs from itself by less than nothing: then one of its constraints is false.
package struct ClockGraph: Sendable {
    /// In the order in which they were named first.
    package private(set) var nodes: [String] = []
    private var indices: [String: Int] = [:]
    /// Lengths of edges, nanoseconds: the least of those that were given.
    private var edges: [Edge: Int64] = [:]

    private struct Edge: Hashable {
        let from: Int
        let to: Int
    }

    /// ±2^61 ns are 73 years: as far as clocks that count from boot can be apart, and farther.
    private static let reach: Int64 = 1 << 61

    package init() {}

    /// The clock `node` is ahead of `other` by at least the lower and at most the upper limit, nanoseconds. Limits
    /// beyond ±2^61 say nothing. Several intervals of one pair all hold.
    package mutating func add(_ limits: ClosedRange<Int64>, of node: String, over other: String) {
        let (from, to) = (index(of: other), index(of: node))
        if limits.upperBound < Self.reach { shorten(Edge(from: from, to: to), to: limits.upperBound) }
        if limits.lowerBound > -Self.reach { shorten(Edge(from: to, to: from), to: -limits.lowerBound) }
    }

    private mutating func index(of node: String) -> Int {
        if let known = indices[node] { return known }
        indices[node] = nodes.count
        nodes.append(node)
        return nodes.count - 1
    }

    private mutating func shorten(_ edge: Edge, to length: Int64) {
        let length = max(length, -Self.reach)
        edges[edge] = min(edges[edge] ?? length, length)
    }

    /// The tightest intervals of all pairs, by Floyd and Warshall's algorithm. Errors: the constraints contradict one
    /// another.
    package func closed() throws(ClockContradiction) -> ClockDifferences {
        let count = nodes.count
        var lengths = [Int64](repeating: ClockDifferences.unknown, count: count * count)
        for index in 0..<count { lengths[index * count + index] = 0 }
        for (edge, length) in edges {
            let place = edge.from * count + edge.to
            lengths[place] = min(lengths[place], length)
        }
        for middle in 0..<count {
            // Asked in each round, since along a negative cycle lengths double with each, and would soon overflow.
            if (0..<count).contains(where: { lengths[$0 * count + $0] < 0 }) { throw contradiction() }
            for from in 0..<count {
                let first = lengths[from * count + middle]
                guard first != ClockDifferences.unknown else { continue }
                for to in 0..<count {
                    let second = lengths[middle * count + to]
                    guard second != ClockDifferences.unknown else { continue }
                    lengths[from * count + to] = min(
                        lengths[from * count + to],
                        first.addingWithinReach(second)
                    )
                }
            }
        }
        if (0..<count).contains(where: { lengths[$0 * count + $0] < 0 }) { throw contradiction() }
        return ClockDifferences(indices: indices, lengths: lengths)
    }

    /// Names a negative cycle, by Bellman and Ford's algorithm: after as many rounds as there are nodes, whatever still
    /// gets shorter has a negative cycle among its predecessors.
    private func contradiction() -> ClockContradiction {
        var distances = [Int64](repeating: 0, count: nodes.count)
        var predecessors = [Int?](repeating: nil, count: nodes.count)
        let sorted = edges.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }
        var node = 0
        for _ in 0...nodes.count {
            for (edge, length) in sorted {
                let distance = distances[edge.from].addingWithinReach(length)
                guard distance < distances[edge.to] else { continue }
                distances[edge.to] = distance
                predecessors[edge.to] = edge.from
                node = edge.to
            }
        }
        // The last that got shorter: so many steps back end on the cycle.
        for _ in 0..<nodes.count { node = predecessors[node] ?? node }
        var cycle: [Int] = [node]
        var next = predecessors[node]
        while let current = next, current != node, cycle.count <= nodes.count {
            cycle.append(current)
            next = predecessors[current]
        }
        cycle.reverse()
        let length = zip(cycle, cycle.dropFirst() + cycle.prefix(1)).reduce(Int64(0)) { sum, pair in
            sum.addingWithinReach(edges[Edge(from: pair.0, to: pair.1)] ?? 0)
        }
        return ClockContradiction(nodes: cycle.map { nodes[$0] }, nanoseconds: -length)
    }
}

/// The tightest intervals between the clocks of a graph.
package struct ClockDifferences: Sendable {
    fileprivate static let unknown = Int64.max
    private let indices: [String: Int]
    /// Upper limits of x_to − x_from at from · count + to.
    private let lengths: [Int64]

    fileprivate init(indices: [String: Int], lengths: [Int64]) {
        self.indices = indices
        self.lengths = lengths
    }

    /// Limits of `node` − `other`, nanoseconds; nil when nothing joins the two on both sides.
    package func limits(of node: String, over other: String) -> ClosedRange<Int64>? {
        guard let to = indices[node], let from = indices[other] else { return nil }
        let upper = lengths[from * indices.count + to]
        let lower = lengths[to * indices.count + from]
        guard upper != Self.unknown, lower != Self.unknown else { return nil }
        return -lower...upper
    }
}

/// Constraints that cannot all be true: going round these clocks, one would be behind itself.
package struct ClockContradiction: Error, Sendable, Hashable {
    /// In the order of the cycle; the last one leads back to the first.
    package let nodes: [String]
    /// By how much it fails: the least error that its constraints have together, above 0.
    package let nanoseconds: Int64
}

extension Int64 {
    /// The sum, or the end of the numbers (but never `ClockDifferences.unknown` or one that has no negative).
    fileprivate func addingWithinReach(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        let result = overflows ? (self < 0 ? Int64.min : Int64.max) : sum
        return Swift.max(Int64.min + 2, Swift.min(Int64.max - 1, result))
    }
}
