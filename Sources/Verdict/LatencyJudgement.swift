import Measures
import Plan
import Statistics
import Timeline

/// How a latency target is judged: as a proportion. "p99 below 50 ms" and "at least 99 % under 50 ms" both claim that at most
/// 1 % of all requests due is not answered well within 50 ms; failures, wrong answers and requests without an answer count
/// as too slow. A latency is known to 0.8 %: for "met" only those certainly within count as within, for "missed" all those
/// that may be.
///
/// Where slow requests come in bursts (VIF > 2), as they do, the claim is judged on n / VIF effective requests. A generator that was late
/// beyond `GeneratorLimit` makes it inconclusive, whatever the numbers.
struct LatencyJudgement {
    let outcome: Verdict.Outcome
    let evidence: String
    let needed: String?

    init(target: LatencyTarget, sample: Sample?, lateness: Duration, limit: Duration) {
        guard let sample, sample.due > 0 else {
            let reason = sample == nil ? "the run did not reach it" : "no request was due"
            self.init(.inconclusive, "no data: \(reason)", "requests in this part of the run")
            return
        }
        let threshold = target.claim.threshold
        let served = sample.tally.served
        let slow = sample.due - served.count(certainlyAtMost: threshold)
        let fewestSlow = sample.due - served.count(atMost: threshold)
        let inflation = sample.bursts.varianceInflation
        let isBursty = inflation > AvailabilityJudgement.burstLimit
        let claim = Self.claim(
            due: sample.due,
            slow: slow,
            fewestSlow: fewestSlow,
            inflation: isBursty ? inflation : 1,
            allowed: target.claim.allowed,
            confidence: target.confidence
        )
        var evidence =
            "\(Words.count(sample.due - slow)) of \(Words.count(sample.due)) requests answered well within "
            + "\(threshold.text) (\(Words.goodPercent(bad: slow, of: sample.due))); "
        if isBursty {
            evidence +=
                "slow ones in \(Words.plural(sample.bursts.count, "burst")), worth \(Words.count(claim.trials)) independent requests; "
        }
        evidence += claim.boundWords + "; " + LatencyQuantile(target.claim.quantile, of: sample.tally).words
        guard lateness <= limit else {
            evidence +=
                "; the generator was late: p99 of its sends \(lateness.rounded) after the intended start, above "
                + limit.rounded
            self.init(.inconclusive, evidence, "a generator that is on time: a lower rate or a faster host")
            return
        }
        let rate = sample.length > .zero ? Double(sample.due) / sample.length.seconds : 0
        self.init(claim.outcome, evidence, claim.neededWords("request", perSecond: rate))
    }

    /// Effective counts: the failures' share is rounded up for "met" and down for "missed".
    private static func claim(
        due: Int,
        slow: Int,
        fewestSlow: Int,
        inflation: Double,
        allowed: Double,
        confidence: Double
    ) -> ShareClaim {
        guard inflation > 1 else {
            return ShareClaim(
                trials: due,
                failures: slow,
                fewestFailures: fewestSlow,
                allowed: allowed,
                confidence: confidence
            )
        }
        let trials = max(1, Int((Double(due) / inflation).rounded()))
        return ShareClaim(
            trials: trials,
            failures: min(trials, Int((Double(slow) / inflation).rounded(.up))),
            fewestFailures: Int((Double(fewestSlow) / inflation + 1e-9).rounded(.down)),
            allowed: allowed,
            confidence: confidence
        )
    }

    private init(_ outcome: Verdict.Outcome, _ evidence: String, _ needed: String?) {
        self.outcome = outcome
        self.evidence = evidence
        self.needed = outcome == .inconclusive ? needed : nil
    }
}

extension LatencyClaim {
    /// Share of requests that must be within the threshold, exact.
    var quantile: ExactDecimal {
        switch self {
        case .quantile(let quantile, _): quantile
        case .shareUnder(_, let share): ExactDecimal(share)
        }
    }

    /// Share that may be slower.
    var allowed: Double {
        (try? 1 - quantile)?.double ?? 1 - quantile.double
    }

    /// "p99 below 50ms", "at least 99% under 300ms"
    var words: String {
        switch self {
        case .quantile(let quantile, let below):
            let percent = (try? quantile.divided(byPowerOfTen: -2)) ?? quantile
            return "p\(percent) below \(below.text)"
        case .shareUnder(let threshold, let share):
            return "at least \(share.percentText) under \(threshold.text)"
        }
    }
}
