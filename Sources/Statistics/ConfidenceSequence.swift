import Glibc

/// Bounds on the unavailability that hold at all times at once (Robbins, beta mixture): all q with
/// B(a+x, b+n-x) / B(a, b) / (q^x (1-q)^(n-x)) < 1 / alpha. About 3.5 times as wide as a fixed-size bound at no failures.
package struct ConfidenceSequence: Sendable, Equatable {
    package let priorA: Double
    package let priorB: Double

    /// nil unless both prior weights are above 0.
    package init?(priorA: Double = 0.5, priorB: Double = 0.5) {
        guard priorA > 0, priorB > 0, priorA.isFinite, priorB.isFinite else { return nil }
        self.priorA = priorA
        self.priorB = priorB
    }

    /// Counts are taken as ClopperPearson takes them.
    package func interval(failures: Int, of n: Int, confidence: Double) -> Interval {
        interval(failures: failures, of: n, alpha: Alpha.of(confidence))
    }

    package func interval(failures: Int, of n: Int, alpha: Double) -> Interval {
        let trials = Trials(failures: failures, of: n)
        guard trials.n > 0, alpha > 0, alpha < 1 else { return .whole }
        let centre = log(trials.x) - log(trials.good)
        return Interval(
            lower: trials.failures == 0
                ? 0 : bound(trials, in: -745...max(-745, min(centre, 745)), alpha, falls: true),
            upper: trials.failures == trials.n
                ? 1 : bound(trials, in: max(-745, min(centre, 745))...745, alpha, falls: false)
        )
    }

    /// One crossing of ln(mixture / likelihood) with ln(1 / alpha), left or right of x / n, by the logit.
    private func bound(_ trials: Trials, in bracket: ClosedRange<Double>, _ alpha: Double, falls: Bool)
        -> Double
    {
        let posterior = BetaDistribution(a: priorA + trials.x, b: priorB + trials.good)
        let prior = BetaDistribution(a: priorA, b: priorB)
        // From a standard deviation or so beside the centre.
        let width = 1 / (trials.x + 1).squareRoot() + 1 / (trials.good + 1).squareRoot()
        let start =
            falls ? bracket.upperBound - width : max(bracket.lowerBound, -log(trials.good + 1)) + width
        let logit = MonotoneRoot.find(from: start, in: bracket, rising: !falls) { logit in
            let q = UnitPoint(logit: logit)
            // The powers x and n-x of the likelihood are those of the posterior's kernel less the prior's.
            let value = prior.logKernel(q) - posterior.logKernel(q)
            let slope = trials.good * q.x - trials.x * q.y
            return (value + log(alpha), slope)
        }
        return UnitPoint(logit: logit).x
    }
}
