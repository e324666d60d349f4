import Measures
package import Plan
import Statistics

/// An availability target that lets its run end early, judged second by second: by tests that hold however often one
/// looks (guides: slo 3.4), since whoever stops when the numbers please him has looked every second.
///
///     met       E ≥ 1 / α           E: e-value against "unavailability ≥ u"
///     missed    L > u               L: lower end of the confidence sequence
///     open      otherwise
///
/// Trials are requests, or slices where the target counts those or failures come in bursts: Σ b² / Σ b > 2 over the
/// seconds with b bad requests each. A slice never looks better than its requests, so "met" may rest on it; "missed" then
/// rests on effective requests, n and x each by that figure.
package struct AnytimeTest: Sendable {
    private let target: AvailabilityTarget
    private let allowed: Double
    private let process: EProcess?
    private let sequence: ConfidenceSequence?
    private var due = 0
    private var bad = 0
    private var squares = 0.0
    private var slices = 0
    private var badSlices = 0
    private var open = (seconds: 0, due: 0, bad: 0)
    /// Whole seconds that were added.
    package private(set) var seconds = 0

    package init(_ target: AvailabilityTarget) {
        self.target = target
        allowed = Nines.unavailability(percent: target.objective)
        process = EProcess(bound: allowed)
        sequence = ConfidenceSequence()
    }

    /// The next whole second's requests, by their intended start.
    package mutating func add(due: Int, bad: Int) {
        seconds += 1
        self.due += due
        self.bad += bad
        squares += Double(bad) * Double(bad)
        open = (open.seconds + 1, open.due + due, open.bad + bad)
        guard open.seconds >= width else { return }
        if open.due > 0 {
            slices += 1
            if target.isBadSlice(due: open.due, bad: open.bad) { badSlices += 1 }
        }
        open = (0, 0, 0)
    }

    /// Of a slice, in whole seconds.
    private var width: Int { max(1, target.slice.secondsUp) }
    private var burst: Double { bad > 0 ? squares / Double(bad) : 1 }
    private var isBursty: Bool { burst > AvailabilityJudgement.burstLimit }
    private var bySlices: Bool { target.counting == .slices || isBursty }
    private var successTrials: (n: Int, failures: Int) { bySlices ? (slices, badSlices) : (due, bad) }
    private var harmTrials: (n: Int, failures: Int) {
        guard target.counting == .requests, isBursty else { return successTrials }
        return (
            Int((Double(due) / burst).rounded(.up)), Int((Double(bad) / burst + 1e-9).rounded(.down))
        )
    }

    private var lower: Double {
        let trials = harmTrials
        guard trials.n > 0, let sequence else { return 0 }
        return sequence.interval(failures: trials.failures, of: trials.n, confidence: target.confidence).lower
    }

    package var outcome: Verdict.Outcome {
        let trials = successTrials
        if trials.n > 0, let process,
            process.rejects(failures: trials.failures, of: trials.n, confidence: target.confidence)
        {
            return .met
        }
        return lower > allowed ? .missed : .inconclusive
    }

    /// One sentence, with what it rests on.
    package var evidence: String {
        let trials = successTrials
        let noun = bySlices ? "slice" : "request"
        let sure = "with \(Words.confidence(target.confidence)) confidence at any time"
        let head =
            "\(Words.count(due - bad)) of \(Words.count(due)) requests good "
            + "(\(Words.goodPercent(bad: bad, of: due))); \(Words.count(trials.failures)) of "
            + "\(Words.plural(trials.n, noun)) bad"
        return switch outcome {
        case .met: "\(head): fewer than \(Words.percent(allowed)) fail \(sure) (e-value \(eValue))"
        case .missed: "\(head): at least \(Words.percent(lower)) fail \(sure), \(Words.percent(allowed)) may"
        case .inconclusive:
            "\(head): e-value \(eValue) of the \((1 / (1 - target.confidence)).fixed(0)) that show it, "
                + "\(Words.percent(allowed)) may fail"
        }
    }

    /// More trials without a failure that would show it.
    package var needed: String? {
        guard outcome == .inconclusive, let process else { return nil }
        let trials = successTrials
        let more = process.neededTrials(
            failures: trials.failures,
            of: trials.n,
            confidence: target.confidence
        )
        let noun = bySlices ? "slice" : "request"
        return more.map { "\(Words.plural($0, "more \(noun)")) without a failure" }
    }

    private var eValue: String {
        guard let process else { return "?" }
        let trials = successTrials
        let value = process.value(failures: trials.failures, of: trials.n)
        // Beyond that nobody asks how much.
        return value > 1e6 ? "over 1 000 000" : value.fixed(value < 100 ? 2 : 0)
    }
}
