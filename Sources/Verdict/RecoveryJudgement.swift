import Measures
import Plan
import Recording
import Schedule
import Timeline

/// How the recovery from one occurrence of a fault is judged.
///
/// | | |
/// |---|---|
/// | it never began, or had no effect, or nothing was asked | inconclusive |
/// | no bad request | met |
/// | time to recover + the clocks' bound ≤ within, not censored | met |
/// | time to recover − the clocks' bound > within, censored or not | missed |
/// | else | inconclusive |
///
/// Censored: the window ended before all was steady, so the true time is the stated one or longer.
struct RecoveryJudgement {
    let outcome: Verdict.Outcome
    let evidence: String
    let needed: String?

    init(of fault: FaultTimeline, target: RecoveryTarget, end: Instant) {
        let recovery = fault.recovery
        let steady = target.steadyFor.text
        if fault.started == nil {
            let reason =
                fault.scheduled.start >= end ? "the run ended before it" : "it is not known to have begun"
            self.init(.inconclusive, "no data: \(reason)", "a run in which it takes effect")
        } else if fault.observations.contains(where: { $0.1.effect == .none }) {
            self.init(
                .inconclusive,
                "the fault had no effect, so nothing recovered",
                "a run in which it takes effect"
            )
        } else if recovery.due == 0 {
            self.init(.inconclusive, "no data: no request was due", "load while the fault acts and after it")
        } else if let time = recovery.timeToRecover {
            let bound = fault.recoveryBound ?? .zero
            let cost = "\(Words.count(recovery.bad)) of \(Words.count(recovery.due)) requests bad"
            let start = bound > .zero ? " (clocks known to ± \(bound.rounded))" : ""
            if recovery.censored {
                let evidence =
                    "not good for \(steady) until the next fault or the end: \(time.rounded) or more\(start), \(cost)"
                let isMissed = time - bound > target.within
                let needed = "a longer time without a fault: it must be good for \(steady)"
                self.init(isMissed ? .missed : .inconclusive, evidence, needed)
            } else {
                let evidence =
                    "good again after \(time.rounded)\(start), and for \(steady) from then on; \(cost)"
                let outcome: Verdict.Outcome =
                    time + bound <= target.within
                    ? .met : time - bound > target.within ? .missed : .inconclusive
                self.init(outcome, evidence, "clocks that are known better than to ± \(bound.rounded)")
            }
        } else {
            self.init(.met, "no impact: all \(Words.count(recovery.due)) requests good", nil)
        }
    }

    private init(_ outcome: Verdict.Outcome, _ evidence: String, _ needed: String?) {
        self.outcome = outcome
        self.evidence = evidence
        self.needed = outcome == .inconclusive ? needed : nil
    }
}
