import Measures
import Statistics

/// The claim that at most a certain share of independent trials fails, judged on a sample.
///
/// With u allowed, x failures in n trials and confidence C:
///
///     met           U ≤ u    U: one-sided Clopper-Pearson upper bound at C
///     missed        L > u    L: one-sided Clopper-Pearson lower bound at C
///     inconclusive  otherwise, without trials above all
///
/// The estimate x / n itself decides nothing.
struct ShareClaim {
    let trials: Int
    /// The most that may have failed; `met` is judged by it.
    let failures: Int
    /// The fewest that can have failed: less than `failures` where a value is known to its bucket only.
    let fewestFailures: Int
    /// u: 0 to 1.
    let allowed: Double
    let confidence: Double

    init(trials: Int, failures: Int, fewestFailures: Int? = nil, allowed: Double, confidence: Double) {
        self.trials = trials
        self.failures = failures
        self.fewestFailures = fewestFailures ?? failures
        self.allowed = allowed
        self.confidence = confidence
    }

    var upper: Double {
        trials > 0 ? ClopperPearson.upper(failures: failures, of: trials, confidence: confidence) : 1
    }

    var lower: Double {
        trials > 0 ? ClopperPearson.lower(failures: fewestFailures, of: trials, confidence: confidence) : 0
    }

    private var bounds: ShareBounds {
        ShareBounds(lower: lower, upper: upper, allowed: allowed, confidence: confidence)
    }

    var outcome: Verdict.Outcome { trials > 0 ? bounds.outcome : .inconclusive }

    /// How many more trials, none of them failing, would make it met; nil: no number would.
    var neededTrials: Int? {
        let needed = SampleSize.required(
            unavailability: allowed,
            allowedFailures: failures,
            confidence: confidence
        )
        return needed == .max ? nil : max(0, needed - trials)
    }

    /// "at most 0.0351 % fail with 95 % confidence, 0.1 % may"
    var boundWords: String { bounds.words("fail", "may") }

    /// "at most 75.1 % of them are with 95 % confidence, 1 % may be", of bad slices.
    var mostBadWords: String { bounds.mostWords("of them are", "may be") }

    /// - Parameters:
    ///   - noun: "request", "slice".
    ///   - perSecond: how many come in a second, for the time that it would take; 0 or below: unknown.
    func neededWords(_ noun: String, perSecond: Double) -> String {
        guard let more = neededTrials else { return "no sample can show \(Words.percent(1 - allowed))" }
        let time = perSecond > 0 ? " (\(Words.about(seconds: Double(more) / perSecond)) at this rate)" : ""
        return "\(Words.count(more)) more \(noun)\(more == 1 ? "" : "s") without a failure\(time)"
    }
}
