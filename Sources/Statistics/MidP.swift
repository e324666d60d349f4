import Glibc

/// Clopper-Pearson with only half the weight on the observed count itself: shorter, but may fall below its confidence.
/// Counts and confidence are taken as ClopperPearson takes them.
package enum MidP {
    /// u with P(X > x) + P(X = x) / 2 = alpha / 2, and the same from above. Half of "at least x" and half of "more than
    /// x": the mean of two incomplete beta functions.
    package static func interval(failures: Int, of n: Int, confidence: Double) -> Interval {
        let trials = Trials(failures: failures, of: n)
        let tail = Alpha.of(confidence) / 2
        guard trials.n > 0, tail > 0 else { return .whole }
        let lower = trials.failures == 0 ? 0 : lowerPoint(trials.x, trials.good, tail).x
        let upper = trials.failures == trials.n ? 1 : lowerPoint(trials.good, trials.x, tail).y
        return Interval(lower: lower, upper: upper)
    }

    /// The lower bound for x of one kind and `rest` of the other; x ≥ 1.
    private static func lowerPoint(_ x: Double, _ rest: Double, _ tail: Double) -> UnitPoint {
        // P(X ≥ x) = I_u(x, rest + 1); P(X > x) = I_u(x + 1, rest), 0 when nothing is left.
        let atLeast = BetaDistribution(a: x, b: rest + 1)
        let above = BetaDistribution(a: x + 1, b: rest)
        let goal = log(2 * tail)
        let logit = MonotoneRoot.find(from: log(x) - log(rest + 1), in: -745...745, rising: true) { logit in
            let point = UnitPoint(logit: logit)
            let first = atLeast.logTails(point).lower
            let second = rest > 0 ? above.logTails(point).lower : -.infinity
            let sum = first + log1p(exp(second - first))
            let kernels =
                exp(atLeast.logKernel(point) - sum) + (rest > 0 ? exp(above.logKernel(point) - sum) : 0)
            return (sum - goal, kernels)
        }
        return UnitPoint(logit: logit)
    }
}
