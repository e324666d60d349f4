import Measures
import Statistics
import Timeline

/// A quantile of the response times of all requests that were due, those not answered well being infinite, and its
/// two-sided order-statistic interval at 95 % (Statistics.QuantileRank). Bounds are widened to the buckets they lie in.
struct LatencyQuantile {
    /// nil: infinite, or nothing was due.
    let point: Duration?
    /// nil: too few values for a bound.
    let lower: Duration?
    /// nil: infinite, or too few values for a bound.
    let upper: Duration?
    private let quantile: ExactDecimal

    init(_ quantile: ExactDecimal, of tally: Tally) {
        self.quantile = quantile
        let served = tally.served
        let ranks = QuantileRank.interval(quantile, of: tally.due, confidence: 0.95)
        self.point = served.bounds(ofRank: QuantileRank.point(quantile, of: tally.due))?.upperBound
        self.lower = ranks.lower.flatMap { served.bounds(ofRank: $0)?.lowerBound }
        self.upper = ranks.upper.flatMap { served.bounds(ofRank: $0)?.upperBound }
    }

    /// "p99 12.3 ms (11.9 ms to 14.0 ms)"
    var words: String {
        let percent = (try? quantile.divided(byPowerOfTen: -2)) ?? quantile
        let low = lower.map(\.rounded) ?? "?"
        return "p\(percent) \(point?.rounded ?? "∞") (\(low) to \(upper?.rounded ?? "∞"))"
    }
}
