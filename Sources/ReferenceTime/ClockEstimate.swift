import Measures

/// What is known of the reference clock at one local instant.
package struct ClockEstimate: Sendable, Hashable {
    package enum State: String, Sendable, Codable {
        /// Cut by an exchange within the last three probe periods.
        case sync
        /// No exchange has cut it for longer; the bound grows and still holds.
        case holdover
        /// The bound is wider than the experiment accepts.
        case expired
        /// An exchange contradicted the interval, and too few have agreed with the new one yet.
        case broken
    }

    /// Reference − local, nanoseconds: the interval's middle. Positive: the reference is ahead.
    package var offset: Int64
    /// Half-width of the proven interval, nanoseconds.
    package var bound: Int64
    package var state: State
    package var epoch: Int
    package var alarms: Int
    package var exchanges: Int
    package var rejected: Int
    /// Nanoseconds since an exchange last cut the interval.
    package var age: Int64
    /// The latest round trip, and the least of this epoch, nanoseconds.
    package var roundTrip: Int64
    package var leastRoundTrip: Int64
    /// The least delay of this epoch each way, nanoseconds, seen from the interval's middle: wrong by up to the bound of
    /// then, in opposite directions.
    package var leastOut: Int64
    package var leastBack: Int64
    /// The other tier: where the offset is thought to be, and what that may be wrong by. Not a bound. Nil while too little
    /// is known.
    package var guess: SkewHull.Estimate?
}

/// When an estimate is called what: the limits of the states.
package struct ClockLimits: Sendable, Hashable {
    /// Time between probes in the steady state.
    package var period: Duration
    /// A bound above this is expired.
    package var widestBound: Duration
    /// Exchanges that have to agree after an alarm before the clock is not broken any more.
    package var agreeing: Int

    package init(
        period: Duration = .milliseconds(50),
        widestBound: Duration = .milliseconds(1),
        agreeing: Int = 8
    ) {
        self.period = period
        self.widestBound = widestBound
        self.agreeing = agreeing
    }
}

extension IntervalClock {
    /// Nil before the first exchange.
    package func estimate(
        at local: Int64,
        localSlew: Int64? = nil,
        limits: ClockLimits = ClockLimits()
    ) -> ClockEstimate? {
        guard let interval = self.limits(at: local, localSlew: localSlew) else { return nil }
        let middle = interval.lowerBound + (interval.upperBound - interval.lowerBound) / 2
        let bound = interval.upperBound - middle
        let age = max(0, local - lastCut)
        let state: ClockEstimate.State =
            if alarms > 0, exchangesInEpoch < limits.agreeing {
                .broken
            } else if bound > limits.widestBound.nanoseconds {
                .expired
            } else if age > 3 * limits.period.nanoseconds {
                .holdover
            } else {
                .sync
            }
        return ClockEstimate(
            offset: middle,
            bound: bound,
            state: state,
            epoch: epoch,
            alarms: alarms,
            exchanges: exchanges,
            rejected: rejected,
            age: age,
            roundTrip: lastRoundTrip,
            leastRoundTrip: leastRoundTrip,
            leastOut: leastOut,
            leastBack: leastBack
        )
    }
}
