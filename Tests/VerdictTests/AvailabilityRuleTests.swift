import Measures
import Plan
import Statistics
import Testing

@testable import Verdict

/// The rule on plain numbers.
@Suite struct AvailabilityRuleTests {
    private static func counts(
        due: Int,
        bad: Int,
        inflation: Double = 1,
        slices: Int = 0,
        badSlices: Int = 0
    ) -> AvailabilityCounts {
        AvailabilityCounts(
            due: due,
            bad: bad,
            bursts: bad > 0 ? max(1, Int(Double(bad) / inflation)) : 0,
            longestBurst: Int(inflation),
            varianceInflation: inflation,
            slices: slices,
            badSlices: badSlices,
            sliceLength: .seconds(1),
            perSecond: 1000
        )
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let reason: String
        let counting: Counting
        let counts: AvailabilityCounts
        let outcome: Verdict.Outcome
        var testDescription: String { reason }
    }

    /// All against 99.9 % at 95 % confidence.
    static let rows: [Row] = [
        Row(
            reason: "no request",
            counting: .requests,
            counts: counts(due: 0, bad: 0),
            outcome: .inconclusive
        ),
        Row(reason: "no slice", counting: .slices, counts: counts(due: 10, bad: 0), outcome: .inconclusive),
        Row(
            reason: "2 994 without a failure: one too few",
            counting: .requests,
            counts: counts(due: 2994, bad: 0),
            outcome: .inconclusive
        ),
        Row(
            reason: "2 995 are enough",
            counting: .requests,
            counts: counts(due: 2995, bad: 0),
            outcome: .met
        ),
        Row(
            reason: "the estimate meets it, the bound does not",
            counting: .requests,
            counts: counts(due: 3000, bad: 2),
            outcome: .inconclusive
        ),
        Row(
            reason: "the estimate misses it, the bound does not",
            counting: .requests,
            counts: counts(due: 1000, bad: 2),
            outcome: .inconclusive
        ),
        Row(
            reason: "certainly missed",
            counting: .requests,
            counts: counts(due: 1000, bad: 10),
            outcome: .missed
        ),
        Row(
            reason: "VIF of exactly 2 is not a burst",
            counting: .requests,
            counts: counts(due: 100_000, bad: 2, inflation: 2, slices: 10, badSlices: 1),
            outcome: .met
        ),
        Row(
            reason: "requests would do, but they failed together and slices are few",
            counting: .requests,
            counts: counts(due: 100_000, bad: 50, inflation: 50, slices: 100, badSlices: 1),
            outcome: .inconclusive
        ),
        Row(
            reason: "in bursts, and slices suffice",
            counting: .requests,
            counts: counts(due: 10_000_000, bad: 50, inflation: 50, slices: 10_000, badSlices: 1),
            outcome: .met
        ),
        Row(
            reason: "one outage of a tenth of the run: plainly missed",
            counting: .requests,
            counts: counts(due: 20_000, bad: 2000, inflation: 2000, slices: 20, badSlices: 2),
            outcome: .missed
        ),
        Row(
            reason: "in bursts: too many bad slices alone say nothing certain of requests",
            counting: .requests,
            counts: counts(due: 1_000_000, bad: 30, inflation: 3, slices: 1000, badSlices: 10),
            outcome: .inconclusive
        ),
        Row(
            reason: "counted by slices they do",
            counting: .slices,
            counts: counts(due: 1_000_000, bad: 30, inflation: 3, slices: 1000, badSlices: 10),
            outcome: .missed
        ),
        Row(
            reason: "by slices, requests do not matter",
            counting: .slices,
            counts: counts(due: 10_000, bad: 10_000, slices: 10_000, badSlices: 2),
            outcome: .met
        ),
    ]

    @Test("the table of the rule", arguments: rows)
    func table(row: Row) {
        let judged = AvailabilityJudgement.judge(
            row.counts,
            counting: row.counting,
            allowed: 0.001,
            confidence: 0.95
        )
        #expect(judged.outcome == row.outcome, "\(judged.evidence)")
        #expect((judged.needed != nil) == (row.outcome == .inconclusive))
    }

    /// P(X ≤ x) for X ~ Bin(n, p), summed term by term: independent of the code that is judged by it.
    private static func cumulative(_ x: Int, _ n: Int, _ p: Double) -> Double {
        var term = 1.0
        for _ in 0..<n { term *= 1 - p }
        var sum = term
        for k in 0..<x {
            term *= Double(n - k) / Double(k + 1) * p / (1 - p)
            sum += term
        }
        return sum
    }

    @Test("too little data is never met, and nothing is called missed that chance explains")
    func boundsHold() {
        var generator = SeededGenerator(seed: 11)
        var seen: [Verdict.Outcome: Int] = [:]
        for _ in 0..<3000 {
            let n = Int.random(in: 1...600, using: &generator)
            let x = Int.random(in: 0...min(n, 12), using: &generator)
            let allowed = [0.5, 0.1, 0.05, 0.01, 0.005].randomElement(using: &generator) ?? 0.1
            let alpha = [0.1, 0.05, 0.01].randomElement(using: &generator) ?? 0.05
            let judged = AvailabilityJudgement.judge(
                Self.counts(due: n, bad: x),
                counting: .requests,
                allowed: allowed,
                confidence: 1 - alpha
            )
            seen[judged.outcome, default: 0] += 1
            // A service that fails exactly as often as allowed would show so few failures, or so many, less than alpha.
            let few = Self.cumulative(x, n, allowed)
            let many = x == 0 ? 1 : 1 - Self.cumulative(x - 1, n, allowed)
            switch judged.outcome {
            case .met: #expect(few <= alpha * (1 + 1e-9), "n \(n), x \(x), u \(allowed)")
            case .missed: #expect(many <= alpha * (1 + 1e-9), "n \(n), x \(x), u \(allowed)")
            case .inconclusive:
                #expect(
                    few >= alpha * (1 - 1e-9) && many >= alpha * (1 - 1e-9),
                    "n \(n), x \(x), u \(allowed)"
                )
            }
        }
        #expect(seen.count == 3, "every outcome was tried: \(seen)")
    }

    @Test("a single bad request never spoils a met verdict that the sample supports")
    func oneFailure() {
        for (allowed, confidence) in [(0.01, 0.95), (0.001, 0.95), (0.0001, 0.99)] {
            let enough = SampleSize.required(
                unavailability: allowed,
                allowedFailures: 1,
                confidence: confidence
            )
            for (due, expected) in [(enough, Verdict.Outcome.met), (enough - 1, .inconclusive)] {
                let judged = AvailabilityJudgement.judge(
                    Self.counts(due: due, bad: 1),
                    counting: .requests,
                    allowed: allowed,
                    confidence: confidence
                )
                #expect(judged.outcome == expected)
            }
        }
    }

    @Test("as many more good requests as it says are needed make it met, and one fewer do not")
    func neededIsExact() throws {
        var generator = SeededGenerator(seed: 12)
        var tried = 0
        for _ in 0..<500 {
            let n = Int.random(in: 1...20_000, using: &generator)
            let x = Int.random(in: 0...5, using: &generator)
            let claim = ShareClaim(trials: n, failures: min(x, n), allowed: 0.001, confidence: 0.95)
            guard claim.outcome == .inconclusive else { continue }
            tried += 1
            let more = try #require(claim.neededTrials)
            let outcomes = [more, more - 1].map {
                ShareClaim(trials: n + $0, failures: min(x, n), allowed: 0.001, confidence: 0.95).outcome
            }
            #expect(outcomes[0] == .met)
            #expect(outcomes[1] != .met)
        }
        #expect(tried > 100)
    }

    @Test("100 % can be missed but never shown")
    func hundredPercent() {
        for (bad, expected) in [(0, Verdict.Outcome.inconclusive), (1, .missed)] {
            let judged = AvailabilityJudgement.judge(
                Self.counts(due: 1_000_000, bad: bad),
                counting: .requests,
                allowed: 0,
                confidence: 0.95
            )
            #expect(judged.outcome == expected)
            #expect(judged.needed == (bad == 0 ? "no sample can show 100 %" : nil))
        }
    }
}
