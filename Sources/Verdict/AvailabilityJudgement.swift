import Measures
package import Plan
import Statistics
import Timeline

/// How an availability target is judged.
///
/// | counting | failures | met | missed |
/// |---|---|---|---|
/// | slices | any | U ≤ u on slices | L > u on slices |
/// | requests | VIF ≤ 2 | U ≤ u on requests | L > u on requests |
/// | requests | VIF > 2: in bursts | U ≤ u on slices | L > u on n / VIF effective requests, x / VIF of them failed |
///
/// Users are judged by `UserJudgement`. Everything else is inconclusive. U and L: one-sided Clopper-Pearson bounds of the
/// failure share at the target's confidence, u = 1 − objective. In an outage requests fail together and are no independent
/// trials: at a mean burst of 100 a bound on requests holds the truth in 39 % of runs instead of 95 % (guides: slo 3.3). A
/// slice that holds a failure is bad, so slices never look better than requests, and "met" may rest on them; they do look
/// worse, so "missed" may not and rests on effective requests: a service that plainly misses is not hidden behind "too few
/// slices".
package struct AvailabilityJudgement: Sendable {
    package let outcome: Verdict.Outcome
    package let evidence: String
    package let needed: String?

    /// Above it, failures count as coming in bursts.
    package static let burstLimit = 2.0

    package init(target: AvailabilityTarget, sample: Sample?) {
        guard let sample else {
            self.init(noData: "the run did not reach it")
            return
        }
        if target.stopsEarly, sample.due > 0 {
            var test = AnytimeTest(target)
            var rest = (due: sample.due, bad: sample.bad)
            for slice in sample.stretches.joined() {
                test.add(due: slice.due, bad: slice.due - slice.good)
                rest = (rest.due - slice.due, rest.bad - slice.due + slice.good)
            }
            if rest.due > 0 { test.add(due: rest.due, bad: rest.bad) }
            self.init(test.outcome, test.evidence, test.needed)
            return
        }
        let judged = Self.judge(
            AvailabilityCounts(sample, target: target),
            counting: target.counting,
            allowed: Nines.unavailability(percent: target.objective),
            confidence: target.confidence
        )
        self = judged
    }

    /// The rule on plain numbers.
    package static func judge(
        _ counts: AvailabilityCounts,
        counting: Counting,
        allowed: Double,
        confidence: Double
    ) -> AvailabilityJudgement {
        guard counts.due > 0 else { return AvailabilityJudgement(noData: "no request was due") }
        let good = counts.due - counts.bad
        let share = Words.goodPercent(bad: counts.bad, of: counts.due)
        let head = "\(Words.count(good)) of \(Words.count(counts.due)) requests good (\(share))"
        let slices = ShareClaim(
            trials: counts.slices,
            failures: counts.badSlices,
            allowed: allowed,
            confidence: confidence
        )
        let bySlices =
            "by slices of \(counts.sliceLength.text), \(Words.count(counts.badSlices)) of "
            + "\(Words.count(counts.slices)) bad: "
        if counting == .slices {
            return AvailabilityJudgement(
                slices.outcome,
                "\(head); \(bySlices)\(slices.boundWords)",
                slices.neededWords("slice", perSecond: 1 / counts.sliceLength.seconds)
            )
        }
        guard counts.varianceInflation > burstLimit else {
            let claim = ShareClaim(
                trials: counts.due,
                failures: counts.bad,
                allowed: allowed,
                confidence: confidence
            )
            let words = claim.neededWords("request", perSecond: counts.perSecond)
            return AvailabilityJudgement(claim.outcome, "\(head); \(claim.boundWords)", words)
        }
        let effective = ShareClaim(
            trials: counts.effectiveDue,
            failures: counts.effectiveBad,
            allowed: allowed,
            confidence: confidence
        )
        let bursts =
            "failures in \(Words.plural(counts.bursts, "burst")) (longest \(Words.count(counts.longestBurst))), "
            + "worth \(Words.count(counts.effectiveDue)) independent requests"
        if effective.outcome == .missed {
            return AvailabilityJudgement(.missed, "\(head); \(bursts): \(effective.boundWords)", nil)
        }
        // By slices it is met or open; that their share is too high says nothing certain about requests.
        let more = slices.neededWords("slice", perSecond: 1 / counts.sliceLength.seconds)
        return AvailabilityJudgement(
            slices.outcome == .met ? .met : .inconclusive,
            "\(head); \(bursts), so judged \(bySlices)\(slices.mostBadWords)",
            "\(more), since one run does not say how often such a burst comes; what one costs it does say: ask for "
                + "recovery: { within: … }, and see how many of it a year can hold"
        )
    }

    private init(noData reason: String) {
        self.init(.inconclusive, "no data: \(reason)", "requests in this part of the run")
    }

    private init(_ outcome: Verdict.Outcome, _ evidence: String, _ needed: String?) {
        self.outcome = outcome
        self.evidence = evidence
        self.needed = outcome == .inconclusive ? needed : nil
    }
}
