import Glibc
import Measures

/// Intervals of statistics of a time series whose values depend on their neighbours: blocks of neighbouring slices are drawn
/// with replacement until as many slices are together as there were (moving blocks: Künsch, Annals of Statistics 17, 1989;
/// going round at the ends, so that each slice is as likely as another: Politis and Romano, 1992). A block must be longer
/// than what makes neighbours alike. For latencies; never for rare failures, whose bursts are too few to draw from.
///
/// The percentile interval of few blocks is too narrow; its tails are moved out to
/// Φ(-√(k / (k - 1)) t_{α/2, k-1}), k the number of blocks (Hesterberg, The American Statistician 69, 2015, "expanded
/// percentile interval").
package struct BlockBootstrap: Sendable {
    /// Slices in each stretch of time without a gap; blocks do not reach from one into another.
    private let stretches: [Range<Int>]
    private let total: Int
    /// Slices.
    package let blockLength: Int

    /// With fewer blocks nothing is said.
    package static let fewestBlocks = 6.0
    package static let usualReplicates = 999

    package init(stretches lengths: [Int], blockLength: Int) {
        var stretches: [Range<Int>] = []
        var start = 0
        for length in lengths where length > 0 {
            stretches.append(start..<start + length)
            start += length
        }
        self.stretches = stretches
        self.total = start
        self.blockLength = max(1, blockLength)
    }

    /// How many blocks there are to draw from that have no slice in common.
    package var blocks: Double {
        stretches.reduce(0) { $0 + max(1, Double($1.count) / Double(blockLength)) }
    }

    /// One interval for each statistic; nil: too few blocks.
    ///
    /// - Parameters:
    ///   - seed: the same gives the same intervals.
    ///   - statistics: of a sample made of these ranges of slices; as many values each time, +infinity allowed.
    package func intervals(
        confidence: Double,
        replicates: Int = usualReplicates,
        seed: UInt64,
        of statistics: ([Range<Int>]) -> [Double]
    ) -> [Interval]? {
        let tail = Self.expandedTail(confidence: confidence, blocks: blocks)
        guard total > 0, blocks >= Self.fewestBlocks, replicates > 0, tail > 0 else { return nil }
        var generator = SeededGenerator(seed: seed, stream: "bootstrap")
        var columns: [[Double]] = []
        for _ in 0..<replicates {
            let values = statistics(draw(&generator))
            if columns.isEmpty { columns = Array(repeating: [], count: values.count) }
            for (index, value) in values.enumerated() where index < columns.count {
                columns[index].append(value)
            }
        }
        // So many replicates lie outside at either end, rounded down: never narrower than asked.
        let outside = max(0, Int(tail * Double(replicates + 1)) - 1)
        return columns.map { column in
            let sorted = column.sorted()
            return Interval(lower: sorted[outside], upper: sorted[sorted.count - 1 - outside])
        }
    }

    private func draw(_ generator: inout SeededGenerator) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var drawn = 0
        while drawn < total {
            let start = Int(generator.next() % UInt64(total))
            guard let stretch = stretches.first(where: { $0.contains(start) }) else { break }
            let length = min(blockLength, stretch.count, total - drawn)
            let end = min(start + length, stretch.upperBound)
            ranges.append(start..<end)
            let rest = length - (end - start)
            if rest > 0 { ranges.append(stretch.lowerBound..<stretch.lowerBound + rest) }
            drawn += length
        }
        return ranges
    }

    private static func expandedTail(confidence: Double, blocks: Double) -> Double {
        guard blocks > 1 else { return 0 }
        let freedom = blocks - 1
        // P(|T| > t) is the beta distribution's share below ν / (ν + t²), of ν/2 and 1/2.
        let beta = BetaDistribution(a: freedom / 2, b: 0.5)
        let point = beta.quantile(lower: Alpha.of(confidence))
        guard point.x > 0 else { return 0 }
        let t = (freedom * point.y / point.x).squareRoot()
        return 0.5 * erfc(t * (blocks / freedom).squareRoot() / 2.0.squareRoot())
    }
}
