import Glibc

/// How many failures a test must allow so that a service better than its target has a fair chance to pass. By the
/// Poisson law, so for small unavailabilities.
package struct PowerPlan: Sendable, Equatable {
    package let allowedFailures: Int
    /// n × u of the target: n is this divided by the target's unavailability.
    package let expectedAtTarget: Double
    /// The chance to pass at the true unavailability.
    package let achievedPower: Double

    /// The fewest allowed failures with at least this power. nil when the true unavailability is not below the target's,
    /// when confidence or power is not in (0, 1), or above 10^9 failures.
    ///
    /// - Parameter trueOverTarget: true unavailability divided by the target's.
    package init?(confidence: Double, trueOverTarget ratio: Double, power: Double) {
        let alpha = Alpha.of(confidence)
        guard ratio >= 0, ratio < 1, alpha > 0, alpha < 1, power > 0, power < 1 else { return nil }
        func plan(_ failures: Int) -> (expected: Double, logMiss: Double) {
            let gamma = GammaDistribution(a: Double(failures) + 1)
            let expected = gamma.quantile(upper: alpha)
            // P(Poisson(m) > c) = P(c + 1, m).
            return (expected, gamma.logTails(expected * ratio).lower)
        }
        let goal = log(Alpha.of(power))
        let found = IntegerSearch.first(in: 0...1_000_000_000, near: 0) { plan($0).logMiss <= goal }
        guard let failures = found else { return nil }
        let (expected, logMiss) = plan(failures)
        self.allowedFailures = failures
        self.expectedAtTarget = expected
        self.achievedPower = -expm1(logMiss)
    }
}
