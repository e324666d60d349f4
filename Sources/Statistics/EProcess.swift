import Glibc

/// An e-value against "the unavailability is at least q0", which may be looked at at any time: under that hypothesis it
/// ever reaches 1/alpha with chance alpha at the most (Ville). A mixture over a Beta(a, b) cut to [0, q0].
package struct EProcess: Sendable, Equatable {
    package let bound: Double
    package let priorA: Double
    package let priorB: Double

    /// nil unless 0 < bound < 1 and both prior weights are above 0.
    package init?(bound: Double, priorA: Double = 0.5, priorB: Double = 0.5) {
        guard bound > 0, bound < 1, priorA > 0, priorB > 0, priorA.isFinite, priorB.isFinite else {
            return nil
        }
        self.bound = bound
        self.priorA = priorA
        self.priorB = priorB
    }

    /// ln E = ln B(q0; a+x, b+n-x) - ln B(q0; a, b) - x ln q0 - (n-x) ln(1 - q0), B(q0; …) the incomplete beta function.
    ///
    /// With K(a, b) = q0^a (1-q0)^b all powers cancel: E = [B(q0; a+x, …) / K(a+x, …)] / [B(q0; a, b) / K(a, b)].
    package func logValue(failures: Int, of n: Int) -> Double {
        let trials = Trials(failures: failures, of: n)
        let point = UnitPoint(bound)
        let prior = BetaDistribution(a: priorA, b: priorB)
        let posterior = BetaDistribution(a: priorA + trials.x, b: priorB + trials.good)
        return posterior.logLowerOverKernel(point) - prior.logLowerOverKernel(point)
    }

    /// Whether the service is proven better than the bound: E ≥ 1 / alpha.
    package func rejects(failures: Int, of n: Int, confidence: Double) -> Bool {
        let alpha = Alpha.of(confidence)
        return alpha > 0 && logValue(failures: failures, of: n) >= -log(alpha)
    }

    /// The value itself; infinite where it is beyond a Double.
    package func value(failures: Int, of n: Int) -> Double { exp(logValue(failures: failures, of: n)) }

    /// How many more trials, none of them failing, make it reject; 0 when it does already, nil when no number up to 10^15
    /// does. A success never lowers the value, so the least such number is found by halving.
    package func neededTrials(failures: Int, of n: Int, confidence: Double) -> Int? {
        IntegerSearch.first(in: 0...1_000_000_000_000_000, near: n) {
            rejects(
                failures: failures,
                of: n.addingReportingOverflow($0).partialValue,
                confidence: confidence
            )
        }
    }
}
