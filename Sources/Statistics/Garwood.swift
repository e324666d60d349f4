/// Exact bounds on a Poisson rate (Garwood, Biometrika 28, 1936): outages per time. The unit is events per unit of
/// `exposure`. No exposure, or none that is a number, gives 0 to infinity; negative counts are taken as 0.
package enum Garwood {
    /// chi2^-1(alpha/2; 2x) / 2T to chi2^-1(1-alpha/2; 2x+2) / 2T.
    package static func interval(events: Int, exposure: Double, confidence: Double) -> Interval {
        guard exposure > 0 else { return Interval(lower: 0, upper: .infinity) }
        let x = Double(max(0, events))
        let tail = Alpha.of(confidence) / 2
        let lower = x > 0 ? GammaDistribution(a: x).quantile(lower: tail) / exposure : 0
        return Interval(lower: lower, upper: GammaDistribution(a: x + 1).quantile(upper: tail) / exposure)
    }

    package static func upper(events: Int, exposure: Double, confidence: Double) -> Double {
        guard exposure > 0 else { return .infinity }
        let x = Double(max(0, events))
        return GammaDistribution(a: x + 1).quantile(upper: Alpha.of(confidence)) / exposure
    }
}
