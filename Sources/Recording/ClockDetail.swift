package import ReferenceTime

/// What a clock reading is made of, for whoever wants to judge it.
package struct ClockDetail: Sendable, Codable, Equatable {
    /// The other tier: an estimate, not a bound. Nil in the first two seconds.
    package var estimate: SkewHull.Estimate?
    /// Fastest drift that the bound allows for, both oscillators together, parts per million.
    package var driftPPM: Int64
    /// Alarms and replaced references; offsets of different epochs are not compared.
    package var epoch: Int
    package var alarms: Int
    /// Since an exchange last cut the interval.
    package var ageNanoseconds: Int64
    package var probesSent: Int
    package var probesAnswered: Int
    /// Exchanges whose four instants are all the kernel's.
    package var kernelStamped: Int
    /// Steps of CLOCK_REALTIME seen.
    package var realtimeSteps: Int
    /// The least delay of the epoch each way, seen from the interval's middle.
    package var leastOutNanoseconds: Int64
    package var leastBackNanoseconds: Int64

    package init(
        _ estimate: ClockEstimate,
        driftPPM: Int64,
        sent: Int,
        answered: Int,
        kernelStamped: Int,
        realtimeSteps: Int
    ) {
        self.estimate = estimate.guess
        self.driftPPM = driftPPM
        epoch = estimate.epoch
        alarms = estimate.alarms
        ageNanoseconds = estimate.age
        probesSent = sent
        probesAnswered = answered
        self.kernelStamped = kernelStamped
        self.realtimeSteps = realtimeSteps
        leastOutNanoseconds = estimate.leastOut
        leastBackNanoseconds = estimate.leastBack
    }
}
