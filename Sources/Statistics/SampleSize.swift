import Glibc
package import Measures

/// How many independent trials a claim needs. Answers beyond Int are Int.max, as are those for an unavailability of 0 or
/// below or a confidence of 1 or above: no number is enough.
package enum SampleSize {
    /// Smallest n, at least 1, after which no failure at all proves this unavailability: ceil(ln alpha / ln(1 - u)).
    package static func zeroFailures(unavailability: Double, confidence: Double) -> Int {
        if unavailability >= 1 { return 1 }
        guard unavailability > 0 else { return .max }
        return least(Alpha.of(confidence), survival: log1p(-unavailability))
    }

    /// Smallest n for which the one-sided upper bound (ClopperPearson.upper) with `allowedFailures` is at most the
    /// unavailability: P(X ≤ allowed) ≤ alpha. Never less than the failures themselves, nor than 1.
    package static func required(unavailability: Double, allowedFailures: Int, confidence: Double) -> Int {
        let failures = max(0, allowedFailures)
        guard failures > 0 else {
            return zeroFailures(unavailability: unavailability, confidence: confidence)
        }
        if unavailability >= 1 { return failures }
        let alpha = Alpha.of(confidence)
        guard unavailability > 0, alpha > 0, failures < .max else { return .max }
        guard alpha < 1 else { return failures }
        // An exact tie (u 0.5, 1 failure, C 0.5: n = 3) counts as proven; two n differ by more, at least u.
        let goal = log(alpha) + 4e-15
        let expected = GammaDistribution(a: Double(failures) + 1).quantile(upper: alpha)
        let u = UnitPoint(unavailability)
        let guess = Int(saturating: expected / unavailability)
        let found = IntegerSearch.first(in: failures + 1...Int.max, near: guess) { n in
            Binomial(n: n, u: u).logTails(failures).lower <= goal
        }
        return found ?? .max
    }

    /// Smallest n for which a two-sided interval of this quantile has a finite upper end: ceil(ln(alpha/2) / ln q).
    package static func finiteQuantileBound(_ quantile: ExactDecimal, confidence: Double) -> Int {
        guard quantile > 0 else { return 1 }
        guard quantile < 1, let exceedance = try? 1 - quantile else { return .max }
        return least(Alpha.of(confidence) / 2, survival: log1p(-exceedance.double))
    }

    /// Smallest n ≥ 1 with e^(n × survival) ≤ tail; survival < 0.
    private static func least(_ tail: Double, survival: Double) -> Int {
        guard tail > 0, survival < 0 else { return .max }
        let exact = log(tail) / survival
        // Where the answer is whole (alpha 0.001, u 0.9: 3), rounding must not make it one more.
        let whole = exact.rounded()
        let n = abs(exact - whole) <= 1e-15 * whole ? whole : exact.rounded(.up)
        return max(1, Int(saturating: n))
    }
}

extension Int {
    /// Cut towards zero; the nearest Int for what lies outside, 0 for no number.
    init(saturating value: Double) {
        self = value.isNaN ? 0 : value >= 0x1p63 ? .max : value < -0x1p63 ? .min : Int(value)
    }
}
