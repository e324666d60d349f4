import Measures
import Plan
import Timeline

/// What an availability target is judged by.
package struct AvailabilityCounts: Sendable, Equatable {
    package var due: Int
    package var bad: Int
    package var bursts: Int
    package var longestBurst: Int
    /// VIF, at least 1.
    package var varianceInflation: Double
    /// With data.
    package var slices: Int
    package var badSlices: Int
    package var sliceLength: Duration
    /// Requests due in a second.
    package var perSecond: Double

    package init(
        due: Int,
        bad: Int,
        bursts: Int,
        longestBurst: Int,
        varianceInflation: Double,
        slices: Int,
        badSlices: Int,
        sliceLength: Duration,
        perSecond: Double
    ) {
        self.due = due
        self.bad = bad
        self.bursts = bursts
        self.longestBurst = longestBurst
        self.varianceInflation = varianceInflation
        self.slices = slices
        self.badSlices = badSlices
        self.sliceLength = sliceLength
        self.perSecond = perSecond
    }

    /// n / VIF, rounded up: with `effectiveBad` rounded down the failure share is never overstated.
    var effectiveDue: Int { Int((Double(due) / varianceInflation).rounded(.up)) }
    /// x / VIF, rounded down, and at least 1 if anything failed: that much is certain.
    var effectiveBad: Int {
        max(min(bad, 1), Int((Double(bad) / varianceInflation + 1e-9).rounded(.down)))
    }

    init(_ sample: Sample, target: AvailabilityTarget) {
        let seconds = sample.length.seconds
        let perSecond = seconds > 0 ? Double(sample.due) / seconds : 0
        var length = target.slice
        let inflation = sample.inflation
        let isBursty = inflation > AvailabilityJudgement.burstLimit
        if target.counting == .requests, isBursty, perSecond > 0 {
            // Slices are independent only when they are longer than what makes failures come together: ten times the
            // longest burst (guides: slo 3.3).
            length = max(length, sample.longestTogether(perSecond: perSecond) * 10)
        }
        let slices = sample.slices(of: length, isBad: target.isBadSlice)
        self.init(
            due: sample.due,
            bad: sample.bad,
            bursts: sample.bursts.count,
            longestBurst: sample.bursts.longest,
            varianceInflation: inflation,
            slices: slices.all,
            badSlices: slices.bad,
            sliceLength: slices.length,
            perSecond: perSecond
        )
    }
}

extension AvailabilityTarget {
    /// A slice is good when at least the target's share of its requests is; exact.
    func isBadSlice(due: Int, bad: Int) -> Bool {
        guard sliceTarget != .one else { return bad > 0 }
        return Int128(due - bad) * Int128(Share.one.attos) < Int128(due) * Int128(sliceTarget.attos)
    }
}
