/// The interval that certainly holds the reference clock's offset, kept in constant space (clocks.md, sections 3 and
/// 8.3). Pure: instants are parameters.
///
/// θ = reference − local. From an exchange (T1 local, T2 and T3 reference, T4 local), with delays d ≥ 0 of any size:
/// T2 − T1 = θ + d_out gives θ ≤ T2 − T1 at T1, and T4 − T3 = −θ + d_back gives θ ≥ T3 − T4 at T4. Nothing is assumed of
/// symmetry. Between exchanges the interval grows by ρ_max on either side. An exchange that contradicts it proves that a
/// clock was stepped, or ran faster than ρ_max allows.
///
/// What is kept is the interval of φ = θ − (m_ref − m_local), m = MONOTONIC − MONOTONIC_RAW of a clock (section 8.1): the
/// offset of the oscillators, which no slewing changes, so ρ_max concerns oscillators only. θ is had back with the slews of
/// the moment; the reference's since the latest exchange is not known here, and the next exchange brings it.
package struct IntervalClock: Sendable, Hashable {
    /// What one exchange did.
    package enum Outcome: String, Sendable, Hashable {
        /// It broke causality, and so cannot be true: not used.
        case rejected
        /// It was sent before the present epoch began, and may tell of the clock from before: not used.
        case outdated
        /// The first one: it is the interval.
        case began
        /// It made the interval narrower.
        case cut
        /// It agrees, and says nothing new.
        case agreed
        /// It contradicts the interval: the earlier one is dropped, and a new epoch begins with this exchange.
        case alarm
    }

    /// Fastest change of φ: parts per million, both oscillators' share together. 200 is the proven tier's default.
    package let driftPPM: Int64
    /// Lower and upper limit of φ at `time`, in nanoseconds; both 0 before the first exchange.
    private var low: Int64 = 0
    private var high: Int64 = 0
    /// Local instant for which the limits hold: T4 of the latest exchange.
    package private(set) var time: Int64 = 0
    /// The slews of the latest exchange, and their width.
    private var referenceSlew: Int64 = 0
    private var localSlew: Int64 = 0
    private var slewHalfWidth: Int64 = 0
    /// Local instant of the last exchange that cut the interval.
    package private(set) var lastCut: Int64 = 0
    /// Exchanges sent before this local instant say nothing of this epoch.
    private var since: Int64 = .min
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
    /// The smallest delay of the epoch each way, seen from the interval's middle: their sum is known better than each.
    package private(set) var leastOut: Int64 = .max
    package private(set) var leastBack: Int64 = .max

    package init(driftPPM: Int64 = 200) {
        self.driftPPM = min(max(0, driftPPM), 1_000_000)
    }

    package var hasInterval: Bool { exchangesInEpoch > 0 }

    /// ⌈ρ_max · dt⌉, in nanoseconds, at most nine years; 0 for a dt that is not positive.
    package func growth(over dt: Int64) -> Int64 {
        guard dt > 0 else { return 0 }
        let (whole, rest) = dt.quotientAndRemainder(dividingBy: 1_000_000)
        return min(1 << 58, whole * driftPPM + (rest * driftPPM + 999_999) / 1_000_000)
    }

    /// The limits of θ at a local instant, also at one that has passed. `localSlew`: MONOTONIC − MONOTONIC_RAW there; nil: as
    /// at the latest exchange, whose width is added all the same.
    package func limits(at local: Int64, localSlew: Int64? = nil) -> ClosedRange<Int64>? {
        guard hasInterval else { return nil }
        let shift = slew(localSlew: localSlew)
        let growth = growth(over: abs(local - time)) + slewHalfWidth
        return (low + shift - growth)...(high + shift + growth)
    }

    /// m_ref − m_local as known: the reference's as at the latest exchange.
    func slew(localSlew: Int64?) -> Int64 { referenceSlew - (localSlew ?? self.localSlew) }

    /// `isRefined`: this exchange was added before, with wider stamps, and is not counted again.
    package mutating func add(_ exchange: ClockExchange, isRefined: Bool = false) -> Outcome {
        guard exchange.isCausal else {
            rejected += 1
            return .rejected
        }
        guard exchange.sent >= since else { return .outdated }
        if !isRefined { exchanges += 1 }
        lastRoundTrip = exchange.roundTrip
        let slew = exchange.referenceSlew - exchange.localSlew
        let width = exchange.granularity + exchange.slewHalfWidth
        // Upper limit of φ at T1, lower limit at T4.
        let upper = exchange.received - exchange.sent - slew + width
        let lower = exchange.answered - exchange.returned - slew - width
        guard hasInterval else {
            begin(lower, upper, exchange)
            return .began
        }
        // Each is compared where it holds: carried to T4 first, the upper one would hide a step of ρ_max · RTT more.
        if upper < low - growth(over: abs(exchange.sent - time))
            || lower > high + growth(over: abs(exchange.returned - time))
        {
            alarms += 1
            epoch += 1
            since = exchange.sent
            begin(lower, upper, exchange)
            return .alarm
        }
        if !isRefined { exchangesInEpoch += 1 }
        return cut(lower, upper, exchange) ? .cut : .agreed
    }

    /// Everything known is dropped, since another clock runs from now on: the reference is another process or boot, or a
    /// host was suspended. `local`: exchanges sent before it do not count. `isAlarm`: nobody meant it to happen.
    package mutating func restart(since local: Int64, isAlarm: Bool = false) {
        epoch += 1
        if isAlarm { alarms += 1 }
        since = local
        exchangesInEpoch = 0
    }

    /// Whether the interval became narrower by the exchange, beside what time widened it by.
    private mutating func cut(_ lower: Int64, _ upper: Int64, _ exchange: ClockExchange) -> Bool {
        var (lower, upper) = (lower, upper)
        if exchange.returned >= time {
            let growth = growth(over: exchange.returned - time)
            // Wider than the reach is as good as unknown.
            low = max(low - growth, ClockExchange.reach.lowerBound)
            high = min(high + growth, ClockExchange.reach.upperBound)
            time = exchange.returned
            keepSlews(exchange)
        } else {
            // A late reply: what it says of the past is carried to the present.
            lower -= growth(over: time - exchange.returned)
        }
        upper += growth(over: abs(time - exchange.sent))
        // With the exchange's own limits the middle lies between them, and neither delay is negative.
        defer { observe(exchange) }
        guard upper < high || lower > low else { return false }
        // Both were found to agree within ρ_max; rounding may still leave a nanosecond.
        low = max(low, min(lower, high))
        high = max(low, min(high, upper))
        lastCut = time
        return true
    }

    private mutating func begin(_ lower: Int64, _ upper: Int64, _ exchange: ClockExchange) {
        time = exchange.returned
        lastCut = exchange.returned
        low = lower
        high = upper + growth(over: exchange.returned - exchange.sent)
        exchangesInEpoch = 1
        leastRoundTrip = .max
        leastOut = .max
        leastBack = .max
        keepSlews(exchange)
        observe(exchange)
    }

    private mutating func keepSlews(_ exchange: ClockExchange) {
        referenceSlew = exchange.referenceSlew
        localSlew = exchange.localSlew
        slewHalfWidth = exchange.slewHalfWidth
    }

    private mutating func observe(_ exchange: ClockExchange) {
        leastRoundTrip = min(leastRoundTrip, exchange.roundTrip)
        let middle = low + (high - low) / 2 + referenceSlew - localSlew
        leastOut = min(leastOut, max(0, exchange.received - exchange.sent - middle))
        leastBack = min(leastBack, max(0, exchange.returned - exchange.answered + middle))
    }

    /// The interval as it is carried to others; nil before the first exchange. `localSlew`: as in `limits`.
    package func model(localSlew: Int64? = nil) -> ClockModel? {
        guard let limits = limits(at: time, localSlew: localSlew) else { return nil }
        return ClockModel(
            time: time,
            low: limits.lowerBound,
            high: limits.upperBound,
            driftPPM: driftPPM,
            epoch: epoch,
            slew: slew(localSlew: localSlew),
            slewHalfWidth: slewHalfWidth
        )
    }
}
