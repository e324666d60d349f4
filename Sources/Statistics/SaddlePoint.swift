import Glibc

/// Tails of sums of gamma variables so large (shapes above 10^10) that fractions would need millions of terms.
enum SaddlePoint {
    /// Shapes from here on; the relative error there is below 10^-10.
    static let shape = 1e10

    /// ln of P(S > s) by r* (Barndorff-Nielsen, Biometrika 73, 1986), `w` the signed root of twice the deviance and `u`
    /// the standardised saddle point, both positive above the mean.
    static func tails(w: Double, u: Double) -> LogTails {
        let ratio = u / w
        // At the mean itself the correction's limit is of the order of 1 / √shape.
        let star = abs(w) > 1e-6 && ratio > 0 && ratio.isFinite ? w + log(ratio) / w : w
        return star > 0 ? LogTails(upper: logNormalTail(star)) : LogTails(lower: logNormalTail(-star))
    }

    /// ln of P(Z > z), z ≥ 0.
    private static func logNormalTail(_ z: Double) -> Double {
        if z < 30 { return log(0.5 * erfc(z / 2.0.squareRoot())) }
        let s = 1 / (z * z)
        return -0.5 * z * z - log(z) - 0.5 * Stirling.logTwoPi + log1p(-s * (1 - 3 * s * (1 - 5 * s)))
    }
}
