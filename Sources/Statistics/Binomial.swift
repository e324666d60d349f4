/// The number of failures among n trials with failure share `u`.
struct Binomial {
    let n: Int
    let u: UnitPoint

    /// ln P(X ≤ k) and ln P(X > k): the incomplete beta function seen from the other side.
    func logTails(_ k: Int) -> LogTails {
        guard k >= 0 else { return LogTails(lower: -.infinity) }
        guard k < n else { return LogTails(upper: -.infinity) }
        return BetaDistribution(a: Double(k) + 1, b: Double(n - k)).logTails(u).swapped
    }
}
