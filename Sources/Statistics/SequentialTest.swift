import Glibc

/// Wald's sequential probability ratio test (1945) of a good against a bad unavailability: may be looked at after every
/// trial. For independent trials.
package struct SequentialTest: Sendable, Equatable {
    package let good: Double
    package let bad: Double
    /// ln((1-beta) / alpha): bad at or above.
    package let upperBoundary: Double
    /// ln(beta / (1-alpha)): good at or below.
    package let lowerBoundary: Double
    /// Added to the log likelihood ratio by a failure, ln(bad / good), and by a success, ln((1-bad) / (1-good)).
    package let perFailure: Double
    package let perSuccess: Double

    package enum Decision: Sendable, Equatable {
        case good, bad, undecided
    }

    /// nil unless 0 < good < bad < 1 and both error chances are in (0, 1) with a sum below 1.
    ///
    /// - Parameters:
    ///   - alpha: chance to call a good service bad.
    ///   - beta: chance to call a bad service good.
    package init?(good: Double, bad: Double, alpha: Double, beta: Double) {
        guard good > 0, good < bad, bad < 1, alpha > 0, beta > 0, alpha + beta < 1 else { return nil }
        self.good = good
        self.bad = bad
        self.upperBoundary = log1p(-beta) - log(alpha)
        self.lowerBoundary = log(beta) - log1p(-alpha)
        self.perFailure = log(bad / good)
        self.perSuccess = log1p(-(bad - good) / (1 - good))
    }

    package func logLikelihoodRatio(failures: Int, of n: Int) -> Double {
        let trials = Trials(failures: failures, of: n)
        return trials.x * perFailure + trials.good * perSuccess
    }

    package func decision(failures: Int, of n: Int) -> Decision {
        let ratio = logLikelihoodRatio(failures: failures, of: n)
        return ratio <= lowerBoundary ? .good : ratio >= upperBoundary ? .bad : .undecided
    }

    /// The smallest n at which this many failures still mean good.
    package func acceptsGood(withFailures failures: Int) -> Int {
        let x = Double(max(0, failures))
        let successes = ((x * perFailure - lowerBoundary) / -perSuccess).rounded(.up)
        return Int(saturating: x + successes)
    }

    /// The greatest n at which this many failures already mean bad; nil when they are too few at any n.
    package func callsBad(withFailures failures: Int) -> Int? {
        let x = Double(max(0, failures))
        guard x * perFailure >= upperBoundary else { return nil }
        return Int(saturating: x + ((x * perFailure - upperBoundary) / -perSuccess).rounded(.down))
    }
}
