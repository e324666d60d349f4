import Measures
package import Plan
import Schedule
import Statistics
package import Timeline

extension FaultFigures {
    package static func all(of timeline: Timeline, targets: TargetsPlan) -> [FaultFigures] {
        timeline.faults.map { FaultFigures($0, in: timeline, objectives: targets.objectives) }
    }

    /// - Parameter objectives: of which pages are predicted.
    init(_ fault: FaultTimeline, in timeline: Timeline, objectives: [BudgetObjective]) {
        let recovery = fault.recovery
        self.init(
            fault: fault.scheduled.id,
            description: fault.description,
            startSeconds: (fault.started?.instant ?? fault.scheduled.start).seconds,
            endSeconds: (fault.ended?.instant ?? fault.scheduled.end).seconds,
            startBoundMicroseconds: fault.started.map { Double($0.boundNanoseconds) / 1000 },
            startSkewMicroseconds: fault.startSkew.map { Double($0.nanoseconds) / 1000 },
            due: recovery.due,
            bad: recovery.bad,
            timeToImpactSeconds: recovery.timeToImpact?.seconds,
            recoveryBoundMicroseconds: fault.recoveryBound.map { Double($0.nanoseconds) / 1000 },
            impactIsAfterStart: fault.impactOrder.map { $0 == .before },
            outageSeconds: recovery.outage.seconds,
            timeToRecoverSeconds: recovery.timeToRecover?.seconds,
            censored: recovery.censored,
            longestBurst: recovery.longestBurst,
            affordablePerYear: Self.affordable(outage: recovery.outage, lost: recovery.lostTime),
            detail: RecoveryDetail(fault, in: timeline, objectives: objectives)
        )
    }

    /// One occurrence costs Σ outage × share of requests hit in it (`Recovery.lostTime`); a level of unavailability u
    /// affords u × year / cost of them. Of a censored outage only the part that was seen is counted: then it is at most
    /// that many.
    private static func affordable(outage: Duration, lost: Duration) -> [AffordableRate] {
        guard outage > .zero, lost > .zero else { return [] }
        let share = lost.seconds / outage.seconds
        return levels.map { level in
            AffordableRate(
                percent: "\(level)",
                timesPerYear: Affordable.perYear(
                    objectivePercent: level,
                    outage: outage,
                    shareHit: share,
                    yearSeconds: yearSeconds
                )
            )
        }
    }

    /// 365 days.
    private static let yearSeconds = 31_536_000.0

    private static let levels: [ExactDecimal] = [
        99,
        ExactDecimal(significand: 999, exponent: -1),
        ExactDecimal(significand: 9999, exponent: -2),
        ExactDecimal(significand: 99_999, exponent: -3),
        ExactDecimal(significand: 999_999, exponent: -4),
    ]
}

extension TargetsPlan {
    /// Of the availability targets, each once; without one, 99.9 % stands for what most pagers watch.
    fileprivate var objectives: [BudgetObjective] {
        var objectives: [BudgetObjective] = []
        for objective in availability.map(BudgetObjective.init)
        where !objectives.contains(where: { $0.percent == objective.percent }) {
            objectives.append(objective)
        }
        let usual = BudgetObjective(percent: ExactDecimal(significand: 999, exponent: -1))
        return objectives.isEmpty ? [usual] : objectives
    }
}
