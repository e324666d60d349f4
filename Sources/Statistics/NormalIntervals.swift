/// Score interval (Wilson, 1927): for bands in charts. Its one-sided form is too tight at no failures: not for verdicts.
/// Counts and confidence are taken as ClopperPearson takes them.
package enum Wilson {
    package static func interval(failures: Int, of n: Int, confidence: Double) -> Interval {
        let trials = Trials(failures: failures, of: n)
        let z = NormalQuantile.z(upperTail: Alpha.of(confidence) / 2)
        guard trials.n > 0, z.isFinite else { return .whole }
        return Interval(
            lower: lower(trials.x, trials.good, z),
            upper: trials.failures == trials.n ? 1 : upper(trials.x, trials.good, z)
        )
    }

    package static func upper(failures: Int, of n: Int, confidence: Double) -> Double {
        let trials = Trials(failures: failures, of: n)
        let z = NormalQuantile.z(upperTail: Alpha.of(confidence))
        guard trials.n > 0, trials.failures < trials.n, z.isFinite else { return 1 }
        return upper(trials.x, trials.good, z)
    }

    /// Of counts that need not be whole, such as effective ones; n > 0, failures in 0…n.
    static func interval(failures x: Double, of n: Double, z: Double) -> Interval {
        let good = max(0, n - x)
        return Interval(lower: lower(x, good, z), upper: good > 0 ? upper(x, good, z) : 1)
    }

    /// (p + z²/2n) / (1 + z²/n) + z / (1 + z²/n) √(p (1-p) / n + z²/4n²), p = x / n.
    private static func upper(_ x: Double, _ good: Double, _ z: Double) -> Double {
        let n = x + good
        let root = (x * (good / n) + z * z / 4).squareRoot()
        return min(1, (x + z * z / 2 + z * root) / (n + z * z))
    }

    /// centre - half cancels; lower × upper = p² / (1 + z²/n) does not.
    private static func lower(_ x: Double, _ good: Double, _ z: Double) -> Double {
        guard x > 0 else { return 0 }
        let n = x + good
        return x * (x / n) / ((n + z * z) * upper(x, good, z))
    }
}

/// Wald's interval about a share with z²/2 failures and successes added (Agresti and Coull, 1998), cut to 0…1.
package enum AgrestiCoull {
    package static func interval(failures: Int, of n: Int, confidence: Double) -> Interval {
        let trials = Trials(failures: failures, of: n)
        let z = NormalQuantile.z(upperTail: Alpha.of(confidence) / 2)
        guard trials.n > 0, z.isFinite else { return .whole }
        let total = trials.total + z * z
        let p = (trials.x + z * z / 2) / total
        let rest = (trials.good + z * z / 2) / total
        let half = z * (p * rest / total).squareRoot()
        // (p² - half²) / (p + half), since p - half cancels.
        let lower = p * (trials.x - z * z / 2 + z * z * p) / total / (p + half)
        return Interval(lower: max(0, lower), upper: min(1, p + half))
    }
}
