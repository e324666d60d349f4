import Measures
import Plan
import Statistics

/// How a target that counts users is judged. With d_j the share of its users' time that slice j was without service, and u
/// allowed: met when U ≤ u, missed when L > u, else inconclusive; U and L are `HoeffdingBound`'s on the mean of the d_j.
///
/// Users share a service and fail together, so not they but the slices are the independent trials; and a slice is a number in
/// [0, 1], not only 0 or 1, which a bound for counts would not cover.
struct UserJudgement: Judgement {
    let outcome: Verdict.Outcome
    let evidence: String
    let needed: String?

    /// - Parameter outages: nil: the run did not reach that part, or has no such load.
    init(_ outages: UserOutages?, allowed: Double, confidence: Double) {
        guard let outages, outages.seen > 0 else {
            outcome = .inconclusive
            evidence = "no data: \(outages == nil ? "the run did not reach it" : "no user was seen")"
            needed = "users in this part of the run"
            return
        }
        let slices = outages.downShares.count
        let bound = HoeffdingBound(
            sum: outages.downShares.reduce(0, +),
            of: slices,
            confidence: confidence
        )
        let share = Words.availability(max(0, outages.seen - outages.up) / outages.seen)
        let down = outages.downShares.count { $0 > 0 }
        let claim = ShareBounds(
            lower: bound.lower,
            upper: bound.upper,
            allowed: allowed,
            confidence: confidence
        )
        outcome = claim.outcome
        evidence =
            "\(outages.words); up for \(share) of their time; "
            + "\(Words.plural(slices, "slice")) of \(outages.sliceLength.text), "
            + "\(Words.count(down)) with an outage: "
            + claim.words("of it is without service", "may be")
        needed = outcome == .inconclusive ? Self.needed(bound, allowed, slice: outages.sliceLength) : nil
    }

    private static func needed(_ bound: HoeffdingBound, _ allowed: Double, slice: Duration) -> String {
        guard let more = bound.zerosNeeded(upper: allowed) else {
            return "no sample can show \(Words.percent(1 - allowed))"
        }
        let time = Words.about(seconds: Double(more) * slice.seconds)
        return "\(Words.plural(more, "more slice")) without an outage (\(time))"
    }
}
