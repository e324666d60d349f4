import Measures
import Statistics
import Timeline

extension RunFigures.Quantile {
    /// What runs are compared by.
    static let compared: [(name: String, quantile: ExactDecimal)] = [
        ("p50", ExactDecimal(significand: 5, exponent: -1)),
        ("p90", ExactDecimal(significand: 9, exponent: -1)),
        ("p99", ExactDecimal(significand: 99, exponent: -2)),
        ("p99.9", ExactDecimal(significand: 999, exponent: -3)),
    ]

    /// A block is at least so long: what one scheduling hiccup or one garbage collection makes slow stays together.
    private static let leastBlock: Duration = .seconds(1)
    /// And this part of its phase, so that slower changes stay together as well.
    private static let blocksInPhase = 20

    /// Each with an interval that holds whether neighbours are alike or not: from the lower to the higher of the bootstrap by
    /// blocks and the order statistics, which count requests as independent.
    ///
    /// - Parameters:
    ///   - block: a block is longer than this.
    ///   - seed: of the bootstrap: the same recording gives the same figures.
    static func all(of series: LatencySeries, block: Duration, seed: UInt64 = 1) -> [Self] {
        let whole = [0..<series.slices]
        let due = series.due(in: whole)
        let width = series.width.nanoseconds
        let longest = series.lengths.max() ?? 1
        let least = max(leastBlock.nanoseconds, block.nanoseconds + 1)
        let length = max(Int((least + width - 1) / width), longest / blocksInPhase)
        let bootstrap = BlockBootstrap(stretches: series.lengths, blockLength: length)
        let drawn = bootstrap.intervals(confidence: RunFigures.confidence, seed: seed) { ranges in
            let due = series.due(in: ranges)
            return compared.map { name, quantile in
                series.value(ofRank: QuantileRank.point(quantile, of: due), in: ranges).greatest
            }
        }
        return compared.enumerated().map { index, entry in
            let rank = QuantileRank.point(entry.quantile, of: due)
            let point = series.value(ofRank: rank, in: whole).greatest
            let ranks = QuantileRank.interval(
                entry.quantile,
                of: due,
                confidence: RunFigures.confidence
            )
            guard let low = ranks.lower, let high = ranks.upper else {
                return Self(entry.name, point, nil, why: "\(Words.count(due)) requests are too few")
            }
            guard let interval = drawn?[index] else {
                let blocks = Duration(nanoseconds: Int64(length) * width).rounded
                return Self(
                    entry.name,
                    point,
                    nil,
                    why: "the phase is too short for \(Int(BlockBootstrap.fewestBlocks)) blocks of \(blocks)"
                )
            }
            return Self(
                entry.name,
                point,
                Interval(
                    lower: min(interval.lower, series.value(ofRank: low, in: whole).least),
                    upper: max(interval.upper, series.value(ofRank: high, in: whole).greatest)
                ),
                why: nil
            )
        }
    }

    /// Nanoseconds.
    private init(_ name: String, _ point: Double, _ interval: Interval?, why: String?) {
        self.init(
            name: name,
            milliseconds: point.isFinite ? point / 1e6 : nil,
            interval: interval.map { ends in
                RunFigures.Ends(
                    // An infinite lower end is never known to be more than the greatest number there is.
                    lower: min(ends.lower / 1e6, .greatestFiniteMagnitude),
                    upper: ends.upper.isFinite ? ends.upper / 1e6 : nil
                )
            },
            why: why
        )
    }
}
