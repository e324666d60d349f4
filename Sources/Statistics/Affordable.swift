package import Measures

/// How often a year an outage may come before an objective is lost. Needs no assumption on rates.
package enum Affordable {
    /// N = u × year / (outage × share), u = 1 - objective. Infinite when the outage costs nothing; 0 for an objective of
    /// 100 % or more, infinite below 0 %.
    ///
    /// - Parameters:
    ///   - objectivePercent: 99.99 for four nines.
    ///   - outage: length of one.
    ///   - shareHit: share of requests that fail in it, 0 to 1.
    ///   - yearSeconds: 31 536 000 for 365 days.
    package static func perYear(
        objectivePercent: ExactDecimal,
        outage: Duration,
        shareHit: Double,
        yearSeconds: Double
    ) -> Double {
        let unavailability = Nines.unavailability(percent: objectivePercent)
        guard unavailability > 0 else { return 0 }
        let cost = outage.seconds * shareHit
        return cost > 0 ? unavailability * yearSeconds / cost : .infinity
    }
}
