/// A reference clock in both tiers (clocks.md, section 8.4): the proven interval, and beside it the estimate. Only the
/// first is a bound. Pure.
package struct TwoTierClock: Sendable, Hashable {
    package private(set) var interval: IntervalClock
    private var hull = SkewHull()

    package init(driftPPM: Int64 = 200) {
        interval = IntervalClock(driftPPM: driftPPM)
    }

    /// As `IntervalClock.add`.
    package mutating func add(_ exchange: ClockExchange, isRefined: Bool = false) -> IntervalClock.Outcome {
        let outcome = interval.add(exchange, isRefined: isRefined)
        switch outcome {
        case .alarm, .began:
            hull.removeAll()
            hull.add(exchange)
        case .cut, .agreed: hull.add(exchange)
        case .rejected, .outdated: break
        }
        return outcome
    }

    /// As `IntervalClock.restart`.
    package mutating func restart(since local: Int64, isAlarm: Bool = false) {
        interval.restart(since: local, isAlarm: isAlarm)
        hull.removeAll()
    }

    /// Nil before the first exchange. An estimate outside of what is proven is moved to its edge.
    package func estimate(
        at local: Int64,
        localSlew: Int64? = nil,
        limits: ClockLimits = ClockLimits()
    ) -> ClockEstimate? {
        guard var estimate = interval.estimate(at: local, localSlew: localSlew, limits: limits) else {
            return nil
        }
        estimate.guess = hull.estimate(at: local, slew: interval.slew(localSlew: localSlew))
        estimate.guess?.clamp(to: estimate.offset, bound: estimate.bound)
        return estimate
    }
}

extension SkewHull.Estimate {
    fileprivate mutating func clamp(to middle: Int64, bound: Int64) {
        let low = max(offset - halfWidth, middle - bound)
        let high = min(offset + halfWidth, middle + bound)
        guard low <= high else {
            offset = offset < middle ? middle - bound : middle + bound
            return
        }
        offset = low + (high - low) / 2
        halfWidth = high - offset
    }
}
