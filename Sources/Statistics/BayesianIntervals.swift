/// Equal-tailed posterior interval under Jeffreys' prior Beta(1/2, 1/2), ended at 0 or 1 when there are no failures or
/// nothing else (Brown, Cai, DasGupta, "Interval estimation for a binomial proportion", 2001). For display.
/// Counts and confidence are taken as ClopperPearson takes them.
package enum Jeffreys {
    package static func interval(failures: Int, of n: Int, confidence: Double) -> Interval {
        let trials = Trials(failures: failures, of: n)
        let tail = Alpha.of(confidence) / 2
        let posterior = BetaDistribution(a: trials.x + 0.5, b: trials.good + 0.5)
        return Interval(
            lower: trials.failures == 0 ? 0 : posterior.quantile(lower: tail).x,
            upper: trials.failures == trials.n ? 1 : posterior.quantile(upper: tail).x
        )
    }

    package static func upper(failures: Int, of n: Int, confidence: Double) -> Double {
        let trials = Trials(failures: failures, of: n)
        guard trials.failures < trials.n else { return 1 }
        return BetaDistribution(a: trials.x + 0.5, b: trials.good + 0.5).quantile(upper: Alpha.of(confidence))
            .x
    }
}

/// Equal-tailed posterior interval under the uniform prior Beta(1, 1). Without data: the prior's own quantiles.
package enum UniformPrior {
    package static func interval(failures: Int, of n: Int, confidence: Double) -> Interval {
        let tail = Alpha.of(confidence) / 2
        let posterior = posterior(failures, n)
        return Interval(lower: posterior.quantile(lower: tail).x, upper: posterior.quantile(upper: tail).x)
    }

    package static func upper(failures: Int, of n: Int, confidence: Double) -> Double {
        posterior(failures, n).quantile(upper: Alpha.of(confidence)).x
    }

    private static func posterior(_ failures: Int, _ n: Int) -> BetaDistribution {
        let trials = Trials(failures: failures, of: n)
        return BetaDistribution(a: trials.x + 1, b: trials.good + 1)
    }
}
