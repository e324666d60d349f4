import BenchSupport
import Measures

/// One edge of one node: what packets show of it, and what the agent said. Nanoseconds of CLOCK_MONOTONIC.
struct SeenEdge: Sendable {
    let asked: Int64
    /// The edge lies between these: sent before what it did not reach yet, and gone after what it did.
    let seen: ClosedRange<Int64>
    /// The first packet on its far side was sent then.
    let firstAffected: Int64
    /// What the agent printed: nil when it said nothing.
    let said: ClosedRange<Int64>?

    /// No packets went across it.
    static func missed(_ asked: Int64, said: ClosedRange<Int64>?) -> SeenEdge {
        SeenEdge(asked: asked, seen: Int64.min / 4...Int64.max / 4, firstAffected: 0, said: said)
    }
}

/// Many edges.
struct EdgeFigures {
    private var distances: [Int64] = []
    private var bounds: [Int64] = []
    private var edges = 0
    private var silent = 0
    /// Where what was said and what was seen have no instant in common, resolved or not.
    private var broken = 0

    /// Wider gaps between packets tell nothing of 20 µs: the sender was held up.
    private static let resolution: Int64 = 20_000

    mutating func add(_ edge: SeenEdge) {
        edges += 1
        if edge.seen.upperBound - edge.seen.lowerBound <= Self.resolution {
            distances.append(edge.firstAffected - edge.asked)
        }
        guard let said = edge.said else {
            silent += 1
            return
        }
        bounds.append((said.upperBound - said.lowerBound) / 2)
        if !said.overlaps(edge.seen) { broken += 1 }
    }

    var words: String {
        guard !distances.isEmpty else { return "none could be resolved" }
        let far = distances.map(abs).sorted()
        let bounds = bounds.sorted()
        let of = { (values: [Int64], share: Double) in
            values.isEmpty ? "–" : micro(values[min(values.count - 1, Int(share * Double(values.count)))])
        }
        let share = (100 * Double(distances.count) / Double(edges)).fixed(1)
        return
            "\(edges) edges, \(share) % of them seen to 20 µs: first affected packet from T p50 \(of(far, 0.5))  "
            + "p99 \(of(far, 0.99))  max \(of(far, 1)); bound p50 ± \(of(bounds, 0.5)) max ± \(of(bounds, 1)), "
            + "contradicted in \(broken)\(silent > 0 ? ", not said in \(silent)" : "")"
    }
}
