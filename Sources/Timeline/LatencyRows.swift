import Measures

/// Rows of the latency heat map: 48 of equal height on a logarithmic axis from 10 µs to 60 s. The first row also takes
/// what is faster, the last what is slower.
package enum LatencyRows {
    package static let count = 48

    /// Lower edge of each row, ascending; the upper edge of a row is the next one's lower edge, of the last one `top`.
    package static let lowerEdges: [Duration] = edges.dropLast().map { Duration(nanoseconds: $0) }
    package static let top: Duration = .seconds(60)

    /// The row that holds this latency.
    package static func row(of latency: Duration) -> Int {
        let nanoseconds = latency.nanoseconds
        var low = 0
        var high = count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if edges[middle] <= nanoseconds { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// 10 µs × ratio^i with ratio = (60 s / 10 µs)^(1/48), in nanoseconds. The ratio is a constant and is multiplied up,
    /// since this layer has no `pow` and every host must draw the same rows.
    private static let edges: [Int64] = {
        let ratio = 1.3842402856152303
        var edge = 10_000.0
        var all: [Int64] = []
        for _ in 0...count {
            all.append(Int64(edge.rounded()))
            edge *= ratio
        }
        return all
    }()
}
