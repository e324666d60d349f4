/// Exact binomial bounds, never below their confidence (Clopper and Pearson, Biometrika 26, 1934): the default for
/// verdicts. For trials that are independent: with bursts, feed slices.
///
/// Any counts are taken: n ≤ 0 gives 0 to 1 (nothing is known), failures outside 0…n the nearest end. A confidence of 1
/// or more, or not a number, gives 0 to 1 as well.
package enum ClopperPearson {
    /// Two-sided: Beta^-1(alpha/2; x, n-x+1) to Beta^-1(1-alpha/2; x+1, n-x).
    package static func interval(failures: Int, of n: Int, confidence: Double) -> Interval {
        let trials = Trials(failures: failures, of: n)
        let tail = Alpha.of(confidence) / 2
        return Interval(lower: lower(trials, tail: tail), upper: upper(trials, tail: tail))
    }

    /// One-sided upper bound of the failure share: Beta^-1(C; x+1, n-x).
    package static func upper(failures: Int, of n: Int, confidence: Double) -> Double {
        upper(Trials(failures: failures, of: n), tail: Alpha.of(confidence))
    }

    /// One-sided lower bound of the failure share: Beta^-1(alpha; x, n-x+1).
    package static func lower(failures: Int, of n: Int, confidence: Double) -> Double {
        lower(Trials(failures: failures, of: n), tail: Alpha.of(confidence))
    }

    private static func upper(_ trials: Trials, tail: Double) -> Double {
        guard trials.failures < trials.n else { return 1 }
        return BetaDistribution(a: trials.x + 1, b: trials.good).quantile(upper: tail).x
    }

    private static func lower(_ trials: Trials, tail: Double) -> Double {
        guard trials.failures > 0 else { return 0 }
        return BetaDistribution(a: trials.x, b: trials.good + 1).quantile(lower: tail).x
    }
}
