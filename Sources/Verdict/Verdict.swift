/// What a run is worth: one finding per target, the worst wins.
package struct Verdict: Sendable, Codable, Equatable {
    package var experiment: String
    package var planDigest: String
    package var seed: UInt64
    package var outcome: Outcome
    package var exitCode: Int32
    package var findings: [Finding]
    /// What kept the run from being judged as planned: stopped, a fault without effect, an agent lost.
    package var incidents: [Incident]
    package var phases: [PhaseFigures]
    package var faults: [FaultFigures]
    /// Nil in verdicts from before ways were measured, and where none was.
    package var ways: [WayFigures]?
    /// Loads of a closed model, with what is to be known of their figures; nil: there are none.
    package var closedLoads: [ClosedLoad]?
    /// Nil in verdicts from before stages were told apart.
    package var stages: [StageFigures]?
    /// Of loads that several hosts send, or whose host was lost; nil: there are none.
    package var senders: [SenderFigures]?
    /// Over the whole run. Nil in verdicts from before they were written.
    package var loads: [LoadFigures]?
    /// In every definition; nil, as all that follows, in verdicts from before there was more than one.
    package var availability: [AvailabilityFigures]?
    package var uptime: [UptimeCurve]?
    /// nil also without a target to have a budget.
    package var budgets: [BudgetFigures]?
    /// nil also without stated failure modes.
    package var year: YearlyEstimate?
    /// Nil in verdicts from before operations were recorded, and where none was.
    package var histories: [HistoryFigures]?

    package init(
        experiment: String,
        planDigest: String,
        seed: UInt64,
        outcome: Outcome,
        exitCode: Int32,
        findings: [Finding],
        incidents: [Incident],
        phases: [PhaseFigures],
        faults: [FaultFigures],
        ways: [WayFigures]? = nil,
        closedLoads: [ClosedLoad]? = nil,
        stages: [StageFigures]? = nil,
        senders: [SenderFigures]? = nil,
        loads: [LoadFigures]? = nil,
        availability: [AvailabilityFigures]? = nil,
        uptime: [UptimeCurve]? = nil,
        budgets: [BudgetFigures]? = nil,
        year: YearlyEstimate? = nil,
        histories: [HistoryFigures]? = nil
    ) {
        self.experiment = experiment
        self.planDigest = planDigest
        self.seed = seed
        self.outcome = outcome
        self.exitCode = exitCode
        self.findings = findings
        self.incidents = incidents
        self.phases = phases
        self.faults = faults
        self.ways = ways
        self.closedLoads = closedLoads
        self.stages = stages
        self.senders = senders
        self.loads = loads
        self.availability = availability
        self.uptime = uptime
        self.budgets = budgets
        self.year = year
        self.histories = histories
    }

    package enum Outcome: String, Sendable, Codable, CaseIterable {
        case met
        case inconclusive
        case missed

        /// met < inconclusive < missed.
        package var severity: Int {
            switch self {
            case .met: 0
            case .inconclusive: 1
            case .missed: 2
            }
        }
    }
}

package struct ClosedLoad: Sendable, Codable, Equatable {
    package var load: String
    /// "closed model: 64 users, …"
    package var remark: String

    package init(load: String, remark: String) {
        self.load = load
        self.remark = remark
    }
}

/// One target, judged.
package struct Finding: Sendable, Codable, Equatable {
    /// "availability 99.9 %", "latency p99 below 50ms in baseline", "recovery from crash#1 within 5s".
    package var target: String
    package var outcome: Verdict.Outcome
    /// One sentence with the numbers and the confidence.
    package var evidence: String
    /// When inconclusive: what is still needed, "about 18 000 more requests without a failure".
    package var needed: String?

    package init(target: String, outcome: Verdict.Outcome, evidence: String, needed: String?) {
        self.target = target
        self.outcome = outcome
        self.evidence = evidence
        self.needed = needed
    }
}

package struct Incident: Sendable, Codable, Equatable {
    package var exitCode: Int32
    package var text: String

    package init(exitCode: Int32, text: String) {
        self.exitCode = exitCode
        self.text = text
    }
}

/// One phase of one load, in figures.
package struct PhaseFigures: Sendable, Codable, Equatable {
    package var phase: String
    package var startSeconds: Double
    package var endSeconds: Double
    package var load: String
    package var due: Int
    package var good: Int
    /// Good share of requests, and its Clopper-Pearson interval at 95 %.
    package var availability: Double
    package var availabilityLower: Double
    package var availabilityUpper: Double
    package var goodSlices: Int
    package var slices: Int
    /// Milliseconds; nil: infinite (too many requests without an answer) or too few.
    package var p50Milliseconds: Double?
    package var p99Milliseconds: Double?
    package var p99LowerMilliseconds: Double?
    package var p99UpperMilliseconds: Double?

    package init(
        phase: String,
        startSeconds: Double,
        endSeconds: Double,
        load: String,
        due: Int,
        good: Int,
        availability: Double,
        availabilityLower: Double,
        availabilityUpper: Double,
        goodSlices: Int,
        slices: Int,
        p50Milliseconds: Double?,
        p99Milliseconds: Double?,
        p99LowerMilliseconds: Double?,
        p99UpperMilliseconds: Double?
    ) {
        self.phase = phase
        self.startSeconds = startSeconds
        self.endSeconds = endSeconds
        self.load = load
        self.due = due
        self.good = good
        self.availability = availability
        self.availabilityLower = availabilityLower
        self.availabilityUpper = availabilityUpper
        self.goodSlices = goodSlices
        self.slices = slices
        self.p50Milliseconds = p50Milliseconds
        self.p99Milliseconds = p99Milliseconds
        self.p99LowerMilliseconds = p99LowerMilliseconds
        self.p99UpperMilliseconds = p99UpperMilliseconds
    }
}

/// One occurrence of a fault, in figures: the recovery table.
package struct FaultFigures: Sendable, Codable, Equatable {
    package var fault: String
    package var description: String
    package var startSeconds: Double
    package var endSeconds: Double
    package var startBoundMicroseconds: Double?
    /// How far apart at most it began on any two of its hosts; nil for one host.
    package var startSkewMicroseconds: Double?
    package var due: Int
    package var bad: Int
    package var timeToImpactSeconds: Double?
    /// Half-width of the times to impact and to recovery: the clocks of the fault's and of the load's hosts together.
    package var recoveryBoundMicroseconds: Double?
    /// False: the clocks cannot say that the fault began before its first bad request.
    package var impactIsAfterStart: Bool?
    package var outageSeconds: Double
    package var timeToRecoverSeconds: Double?
    package var censored: Bool
    package var longestBurst: Int
    /// How often a year each level can afford this fault: level in percent → times in a 365-day year; a cost of
    /// outage × share of requests hit. Empty when there was no impact.
    package var affordablePerYear: [AffordableRate]
    /// nil in verdicts from before it was measured.
    package var detail: RecoveryDetail?

    package init(
        fault: String,
        description: String,
        startSeconds: Double,
        endSeconds: Double,
        startBoundMicroseconds: Double?,
        startSkewMicroseconds: Double? = nil,
        due: Int,
        bad: Int,
        timeToImpactSeconds: Double?,
        recoveryBoundMicroseconds: Double? = nil,
        impactIsAfterStart: Bool? = nil,
        outageSeconds: Double,
        timeToRecoverSeconds: Double?,
        censored: Bool,
        longestBurst: Int,
        affordablePerYear: [AffordableRate],
        detail: RecoveryDetail? = nil
    ) {
        self.fault = fault
        self.description = description
        self.startSeconds = startSeconds
        self.endSeconds = endSeconds
        self.startBoundMicroseconds = startBoundMicroseconds
        self.startSkewMicroseconds = startSkewMicroseconds
        self.due = due
        self.bad = bad
        self.timeToImpactSeconds = timeToImpactSeconds
        self.recoveryBoundMicroseconds = recoveryBoundMicroseconds
        self.impactIsAfterStart = impactIsAfterStart
        self.outageSeconds = outageSeconds
        self.timeToRecoverSeconds = timeToRecoverSeconds
        self.censored = censored
        self.longestBurst = longestBurst
        self.affordablePerYear = affordablePerYear
        self.detail = detail
    }
}

package struct AffordableRate: Sendable, Codable, Equatable {
    /// "99.9"
    package var percent: String
    package var timesPerYear: Double

    package init(percent: String, timesPerYear: Double) {
        self.percent = percent
        self.timesPerYear = timesPerYear
    }
}
