/// The interval that certainly holds the reference clock's offset, kept in constant space (clocks.md, sections 3 and
/// 8.3). Pure: instants are parameters.
///
/// θ = reference − local. From an exchange (T1 local, T2 and T3 reference, T4 local), with delays d ≥ 0 of any size:
/// T2 − T1 = θ + d_out gives θ ≤ T2 − T1, and T4 − T3 = −θ + d_back gives θ ≥ T3 − T4. Nothing is assumed of symmetry.
/// Between exchanges the interval grows by ρ_max on either side. An exchange that contradicts it proves that a clock
/// was stepped, or ran faster than ρ_max allows.
package struct IntervalClock: Sendable, Hashable {
    /// What one exchange did.
    package enum Outcome: Sendable, Hashable {
        /// It broke causality, and so cannot be true: not used.
        case rejected
        /// The first one: it is the interval.
        case began
        /// It made the interval narrower.
        case cut
        /// It agrees, and says nothing new.
        case agreed
        /// It contradicts the interval: the earlier one is dropped, and a new epoch begins with this exchange.
        case alarm
    }

    /// Fastest change of θ: parts per million, both clocks' share together. 200 is the proven tier's default.
    package let driftPPM: Int64
    /// Lower and upper limit of θ at `time`, in nanoseconds; both 0 before the first exchange.
    package private(set) var low: Int64 = 0
    package private(set) var high: Int64 = 0
    /// Local instant for which the limits hold: T4 of the latest exchange.
    package private(set) var time: Int64 = 0
    /// Local instant of the last exchange that cut the interval.
    package private(set) var lastCut: Int64 = 0
    /// Counts alarms and restarts of the reference; offsets of different epochs must not be compared.
    package private(set) var epoch = 0
    package private(set) var alarms = 0
    package private(set) var exchanges = 0
    package private(set) var rejected = 0
    /// Exchanges since the epoch began.
    package private(set) var exchangesInEpoch = 0
    /// The smallest round trip of the epoch, without the reference's turnaround, in nanoseconds.
    package private(set) var leastRoundTrip: Int64 = .max
    package private(set) var lastRoundTrip: Int64 = 0

    package init(driftPPM: Int64 = 200) {
        self.driftPPM = max(0, driftPPM)
    }

    package var hasInterval: Bool { exchangesInEpoch > 0 }

    /// ⌈ρ_max · dt⌉, in nanoseconds; 0 for a dt that is not positive.
    package func growth(over dt: Int64) -> Int64 {
        guard dt > 0 else { return 0 }
        let (whole, rest) = dt.quotientAndRemainder(dividingBy: 1_000_000)
        return whole * driftPPM + (rest * driftPPM + 999_999) / 1_000_000
    }

    /// The limits of θ at a local instant, also at one that has passed.
    package func limits(at local: Int64) -> ClosedRange<Int64>? {
        guard hasInterval else { return nil }
        let growth = growth(over: abs(local - time))
        return (low - growth)...(high + growth)
    }

    package mutating func add(_ exchange: ClockExchange) -> Outcome {
        guard exchange.isCausal else {
            rejected += 1
            return .rejected
        }
        exchanges += 1
        lastRoundTrip = exchange.roundTrip
        var upper = exchange.received - exchange.sent + exchange.granularity
        var lower = exchange.answered - exchange.returned - exchange.granularity
        // The upper limit holds at T1, the lower one at T4; from here on both hold at T4.
        upper += growth(over: exchange.returned - exchange.sent)
        guard hasInterval else {
            begin(lower, upper, exchange)
            return .began
        }
        if exchange.returned >= time {
            let growth = growth(over: exchange.returned - time)
            low -= growth
            high += growth
            time = exchange.returned
        } else {
            // A late reply: what it says of the past is carried to the present.
            let growth = growth(over: time - exchange.returned)
            upper += growth
            lower -= growth
        }
        if upper < low || lower > high {
            alarms += 1
            epoch += 1
            begin(lower, upper, exchange)
            return .alarm
        }
        exchangesInEpoch += 1
        leastRoundTrip = min(leastRoundTrip, exchange.roundTrip)
        guard upper < high || lower > low else { return .agreed }
        low = max(low, lower)
        high = min(high, upper)
        lastCut = time
        return .cut
    }

    /// The reference itself was replaced (another process, another boot): what is known of the old one is dropped.
    package mutating func restart() {
        epoch += 1
        exchangesInEpoch = 0
        leastRoundTrip = .max
    }

    private mutating func begin(_ lower: Int64, _ upper: Int64, _ exchange: ClockExchange) {
        low = lower
        high = upper
        time = exchange.returned
        lastCut = exchange.returned
        exchangesInEpoch = 1
        leastRoundTrip = exchange.roundTrip
    }
}
