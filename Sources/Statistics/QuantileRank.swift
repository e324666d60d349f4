import Glibc
package import Measures

/// Which of n sorted values, rank 1 the smallest, is a quantile or bounds it. No assumption on the distribution but
/// independence.
package enum QuantileRank {
    /// The rank of the quantile itself: n - floor(n (1 - q)) = ceil(n q), in exact integers (in Doubles p99.9 of 1000
    /// values is easily the 1000th). 1 to n; 0 when there are no values. Quantiles outside 0 to 1: the nearest end.
    package static func point(_ quantile: ExactDecimal, of n: Int) -> Int {
        guard n > 0 else { return 0 }
        guard quantile > 0 else { return 1 }
        guard quantile < 1 else { return n }
        return max(1, ceiling(quantile, times: n))
    }

    /// Ranks whose values hold the quantile between them with at least this confidence; nil: too few values for a finite
    /// bound. With E ~ Bin(n, 1 - q) values above the quantile, upper = n+1-r for the largest r with P(E ≤ r-1) ≤
    /// alpha/2, and lower = n-k for the smallest k with P(E > k) ≤ alpha/2.
    package static func interval(
        _ quantile: ExactDecimal,
        of n: Int,
        confidence: Double
    ) -> (lower: Int?, upper: Int?) {
        let tail = Alpha.of(confidence) / 2
        guard n > 0, quantile > 0, quantile < 1, tail > 0 else { return (nil, nil) }
        let exceedances = exceedances(quantile, n)
        // An exact tie counts as within; two counts differ by far more than this, about 1 / √n.
        let goal = log(tail) + 1e-13
        let guess = Int(saturating: exceedances.u.x * Double(n))
        let tooMany =
            IntegerSearch.first(in: 0...n, near: guess) { exceedances.logTails($0).lower > goal } ?? n
        let enough =
            IntegerSearch.first(in: 0...n, near: guess) { exceedances.logTails($0).upper <= goal } ?? n
        // P(E ≤ r-1) is at most the tail up to r = tooMany.
        return (enough < n ? n - enough : nil, tooMany > 0 ? n - (tooMany - 1) : nil)
    }

    /// The probability that the quantile lies from the lower rank's value to below the upper rank's, P(r ≤ E ≤ k).
    package static func coverage(_ quantile: ExactDecimal, of n: Int, ranks: (lower: Int?, upper: Int?))
        -> Double
    {
        guard n > 0, quantile > 0, quantile < 1 else { return 0 }
        let exceedances = exceedances(quantile, n)
        let below = ranks.lower.map { exp(exceedances.logTails(n - min(max($0, 1), n)).upper) } ?? 0
        let above = ranks.upper.map { exp(exceedances.logTails(n - min(max($0, 1), n)).lower) } ?? 0
        return max(0, 1 - below - above)
    }

    private static func exceedances(_ quantile: ExactDecimal, _ n: Int) -> Binomial {
        let rest = (try? 1 - quantile)?.double ?? 1 - quantile.double
        return Binomial(n: n, u: UnitPoint(x: rest, y: quantile.double))
    }

    /// ceil(q × n) for q in (0, 1), where the product may need 192 bits.
    private static func ceiling(_ quantile: ExactDecimal, times n: Int) -> Int {
        // 0 < q < 1: the exponent is negative.
        var places = quantile.exponent.magnitude
        var product = quantile.significand.magnitude.multipliedFullWidth(by: UInt128(n))
        var inexact = false
        while places > 0 {
            let step = min(places, 19)
            let scale = powerOfTen(step)
            let high = product.high.quotientAndRemainder(dividingBy: scale)
            let low = scale.dividingFullWidth((high.remainder, product.low))
            product = (high.quotient, low.quotient)
            inexact = inexact || low.remainder != 0
            places -= step
            // Nothing is left but a remainder: q × n is below 1.
            if product.high == 0, product.low == 0 { break }
        }
        let floor = Int(clamping: product.low)
        return inexact && floor < n ? floor + 1 : floor
    }

    private static func powerOfTen(_ exponent: UInt) -> UInt128 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}
