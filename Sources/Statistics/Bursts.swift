/// How far failures come in bursts, and what that makes of a sample.
package enum Bursts {
    /// Variance inflation Σ len² / Σ len of runs of consecutive failures; 1 when none failed twice in a row, or at all.
    /// For bursts of mean length L in a two-state model about 2L - 1. Lengths of 0 or below are left out.
    package static func inflation(lengths: [Int]) -> Double {
        var sum = 0.0
        var squares = 0.0
        for length in lengths where length > 0 {
            sum += Double(length)
            squares += Double(length) * Double(length)
        }
        return sum > 0 ? squares / sum : 1
    }

    /// The same where failures are not rare. Σ len² / Σ len is the variance of failures that come in bursts at random times,
    /// far apart. Where a large share fails, long runs of failures come by themselves and are no sign that failures come
    /// together: of good stretches of exponential length and bad ones of any, the theory of alternating renewal processes
    /// (Cox, Renewal Theory, 1962) gives that figure times the share that is good. At least 1; for a two-state model it is
    /// (2 - p - r) / (p + r) and the share that fails, for independent failures of any share at most 2.
    ///
    /// - Parameter goodShare: 0 to 1.
    package static func inflation(_ inflation: Double, goodShare: Double) -> Double {
        max(1, inflation * goodShare)
    }

    /// n_eff = n / VIF, cut to a whole number; what n dependent trials are worth as independent ones.
    package static func effective(n: Int, inflation: Double) -> Int {
        guard inflation > 1 else { return max(0, n) }
        return Int(saturating: Double(max(0, n)) / inflation)
    }

    /// Over-dispersion of failures over slices of `size` trials each: the design effect d = var / (m mu (1 - mu)) and
    /// rho = (d - 1) / (m - 1), by moments; n_eff = n / d. nil with fewer than two slices, or when none or all failed.
    package static func designEffect(failures: [Int], size: Int) -> (effect: Double, rho: Double)? {
        guard failures.count > 1, size > 1 else { return nil }
        let m = Double(size)
        let count = Double(failures.count)
        let mean = failures.reduce(0.0) { $0 + Double($1) } / count
        let mu = mean / m
        guard mu > 0, mu < 1 else { return nil }
        let squares = failures.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        let effect = squares / (count - 1) / (m * mu * (1 - mu))
        return (effect, (effect - 1) / (m - 1))
    }
}
