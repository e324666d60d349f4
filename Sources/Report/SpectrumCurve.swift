import Measures
import Statistics
import Timeline

/// The latency of one part of the run at every quantile that its data can bound. Requests without an answer, or
/// with a bad status, are infinitely slow: the curve ends at the latest where their share begins, and a fast 503 does not
/// make it better.
struct SpectrumCurve: Sendable {
    let label: String
    let style: SeriesStyle
    let points: [Point]
    /// Requests, and those of them that were served: whole answers with a good status, however late.
    let due: Int
    let served: Int

    struct Point: Sendable {
        /// Share of requests above the quantile, exact: significand × 10^exponent.
        let exceedance: ExactDecimal
        let latency: Duration
        /// Two-sided interval at 95 %, from order statistics; the ends of histogram buckets.
        let lower: Duration
        let upper: Duration

        var share: Double { exceedance.double }
    }

    /// - Parameter label: what the tallies have in common.
    init(label: String, style: SeriesStyle, tallies: [Tally]) {
        self.label = label
        self.style = style
        var latencies = LatencyTable()
        var due = 0
        for tally in tallies {
            latencies.merge(tally.served)
            due += tally.due
        }
        // At least those that were served.
        self.due = max(due, latencies.count)
        self.served = latencies.count
        self.points = Self.points(of: latencies, due: self.due)
    }

    /// Twenty steps to a factor of ten, each an exact decimal: a Double would ask for the wrong rank in the far tail.
    private static let mantissas = [
        100, 89, 79, 71, 63, 56, 50, 45, 40, 35, 32, 28, 25, 22, 20, 18, 16, 14, 13, 11,
    ]
    private static let mostNines = 9

    private static func points(of latencies: LatencyTable, due: Int) -> [Point] {
        var points: [Point] = []
        guard due > 0, latencies.count > 0 else { return points }
        for nines in 0..<mostNines {
            // The quantile 0 has no interval.
            for mantissa in mantissas where nines > 0 || mantissa < 100 {
                let exceedance = ExactDecimal(significand: Int128(mantissa), exponent: -2 - nines)
                guard let point = point(at: exceedance, of: latencies, due: due) else {
                    if points.isEmpty { continue }
                    return points
                }
                points.append(point)
            }
        }
        return points
    }

    private static func point(at exceedance: ExactDecimal, of latencies: LatencyTable, due: Int) -> Point? {
        guard let quantile = try? 1 - exceedance else { return nil }
        let rank = QuantileRank.point(quantile, of: due)
        let interval = QuantileRank.interval(quantile, of: due, confidence: 0.95)
        guard let upperRank = interval.upper, let estimate = latencies.bounds(ofRank: rank),
            let upper = latencies.bounds(ofRank: upperRank)
        else { return nil }
        let lower = latencies.bounds(ofRank: interval.lower ?? 1) ?? estimate
        return Point(
            exceedance: exceedance,
            latency: estimate.upperBound,
            lower: min(lower.lowerBound, estimate.upperBound),
            upper: max(upper.upperBound, estimate.upperBound)
        )
    }

    /// Why the curve ends where it does.
    var ending: String {
        guard let last = points.last else {
            return served == 0 && due > 0
                ? "none served of \(Figures.count(due, "request"))" : "too few requests for a curve"
        }
        let share = Figures.trimmed((1 - last.share) * 100, decimals: 7)
        guard served < due else { return "\(Figures.count(due, "request")), bounded up to \(share) %" }
        return
            "\(Figures.count(due, "request")), \(Figures.count(due - served)) not served, bounded up to \(share) %"
    }

    /// The curve's value at this exceedance, for the table.
    func point(at exceedance: ExactDecimal) -> Point? { points.first { $0.exceedance == exceedance } }
}
