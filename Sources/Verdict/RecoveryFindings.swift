import Measures
import Plan
import Recording
import Schedule
import Timeline

/// How what one occurrence of a fault cost is judged.
///
/// | | time to recover | outage, errors, longest burst |
/// |---|---|---|
/// | it never began, or had no effect, or nothing was asked | inconclusive | inconclusive |
/// | no bad request | met | met |
/// | beyond what may be | missed: time − the clocks' bound > within, censored or not | missed |
/// | within what may be | met: time + the clocks' bound ≤ within, not censored | met when not censored |
/// | else | inconclusive | inconclusive |
///
/// Censored: the window ended before all was steady, so the true value is the stated one or more. An outage is a time
/// between two requests of one clock's and has no bound; the time to recover has, since the fault is dated by others'.
struct RecoveryFindings {
    private let fault: FaultTimeline
    private let end: Instant
    private var recovery: Recovery { fault.recovery }

    init(of fault: FaultTimeline, end: Instant) {
        self.fault = fault
        self.end = end
    }

    /// One for each thing that the target claims, in the order of its docs.
    func all(_ target: RecoveryTarget) -> [Finding] {
        let id = fault.scheduled.id
        var findings: [Finding] = []
        if let within = target.within {
            let since = target.origin == .faultEnd ? " after its end" : ""
            let judged = noData ?? time(within, from: target.origin, steady: target.steadyFor)
            findings.append(judged.finding("recovery from \(id) within \(within.text)\(since)"))
        }
        if let most = target.outage {
            let judged =
                noData ?? cost(recovery.outage > most, "outage \(recovery.outage.rounded)", target.steadyFor)
            findings.append(judged.finding("outage of \(id) at most \(most.text)"))
        }
        if let most = target.errors {
            let judged = noData ?? cost(recovery.bad > most, nil, target.steadyFor)
            findings.append(judged.finding("at most \(Words.plural(most, "bad request")) of \(id)"))
        }
        if let most = target.longestBurst {
            let words = "longest burst \(Words.count(recovery.longestBurst))"
            let judged = noData ?? cost(recovery.longestBurst > most, words, target.steadyFor)
            findings.append(judged.finding("longest burst of \(id) at most \(Words.count(most))"))
        }
        return findings
    }

    private struct Judged: Judgement {
        let outcome: Verdict.Outcome
        let evidence: String
        let needed: String?

        init(outcome: Verdict.Outcome, evidence: String, needed: String?) {
            self.outcome = outcome
            self.evidence = evidence
            self.needed = outcome == .inconclusive ? needed : nil
        }

        func finding(_ target: String) -> Finding { Finding(target, self) }
    }

    /// Nil: there is something to judge.
    private var noData: Judged? {
        if fault.started == nil {
            let reason =
                fault.scheduled.start >= end ? "the run ended before it" : "it is not known to have begun"
            return Judged(
                outcome: .inconclusive,
                evidence: "no data: \(reason)",
                needed: "a run in which it takes effect"
            )
        }
        if fault.observations.contains(where: { $0.1.effect == .none }) {
            return Judged(
                outcome: .inconclusive,
                evidence: "the fault had no effect, so nothing recovered",
                needed: "a run in which it takes effect"
            )
        }
        guard recovery.due == 0 else { return nil }
        return Judged(
            outcome: .inconclusive,
            evidence: "no data: no request was due",
            needed: "load while the fault acts and after it"
        )
    }

    private var noImpact: Judged {
        Judged(
            outcome: .met,
            evidence: "no impact: all \(Words.count(recovery.due)) requests good",
            needed: nil
        )
    }

    private var share: String {
        "\(Words.count(recovery.bad)) of \(Words.count(recovery.due)) requests bad"
    }

    private func time(_ within: Duration, from origin: RecoveryOrigin, steady: Duration) -> Judged {
        guard let fromStart = recovery.timeToRecover else { return noImpact }
        guard let since = edge(origin) else {
            return Judged(
                outcome: .inconclusive,
                evidence: "it is not known when the fault ended; \(share)",
                needed: "a run in which its end is known"
            )
        }
        let time = fromStart - since.afterStart
        let bound = since.bound
        let clocks = bound > .zero ? " (clocks known to ± \(bound.rounded))" : ""
        if recovery.censored {
            return Judged(
                outcome: time - bound > within ? .missed : .inconclusive,
                evidence:
                    "not good for \(steady.text) until the next fault or the end: \(time.rounded) or more\(clocks), "
                    + share,
                needed: "a longer time without a fault: it must be good for \(steady.text)"
            )
        }
        let when = time < .zero ? "\((Duration.zero - time).rounded) before that" : "after \(time.rounded)"
        return Judged(
            outcome: time + bound <= within ? .met : time - bound > within ? .missed : .inconclusive,
            evidence: "good again \(when)\(clocks), and for \(steady.text) from then on; \(share)",
            needed: "clocks that are known better than to ± \(bound.rounded)"
        )
    }

    /// Where a recovery counts from, seen from the fault's start, and how well that is known.
    private func edge(_ origin: RecoveryOrigin) -> (afterStart: Duration, bound: Duration)? {
        guard let started = fault.started else { return nil }
        switch origin {
        case .faultStart: return (.zero, fault.recoveryBound ?? .zero)
        case .faultEnd:
            return fault.ended.map { ended in
                (ended.instant - started.instant, ended.bound + recovery.requestBound)
            }
        }
    }

    /// `isBeyond`: what is seen so far is too much already.
    private func cost(_ isBeyond: Bool, _ words: String?, _ steady: Duration) -> Judged {
        guard recovery.timeToRecover != nil else { return noImpact }
        let seen = [words, share].compactMap { $0 }.joined(separator: "; ")
        guard recovery.censored, !isBeyond else {
            return Judged(outcome: isBeyond ? .missed : .met, evidence: seen, needed: nil)
        }
        return Judged(
            outcome: .inconclusive,
            evidence:
                "\(seen); not good for \(steady.text) until the next fault or the end, so it may be more",
            needed: "a longer time without a fault: it must be good for \(steady.text)"
        )
    }
}
