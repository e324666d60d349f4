package import Measures
package import Plan
import Recording
import Schedule
import Statistics
package import Timeline

extension Verdict {
    /// Judges a timeline: a pure function of it and the targets.
    ///
    /// - Parameters:
    ///   - incidents: what the caller knows besides those that the timeline tells of.
    ///   - requestWays: what captured packets tell of the ways between hosts.
    ///   - histories: operations that were recorded one by one.
    package init(
        timeline: Timeline,
        targets: TargetsPlan,
        clockBound: ClockBoundPlan = .usual,
        failureModes: [FailureModePlan] = [],
        incidents known: [Incident] = [],
        requestWays: [RequestWay] = [],
        histories: [RecordedHistory] = []
    ) {
        let histories = histories.map { HistoryFigures($0, faults: timeline.faults) }
        let findings =
            Self.findings(timeline, targets) + Self.findings(targets.correctness, histories)
        var incidents = Incident.from(timeline, clockBound: clockBound)
        for incident in known where !incidents.contains(incident) { incidents.append(incident) }
        let outcome = findings.map(\.outcome).max { $0.severity < $1.severity } ?? .met
        let closed = timeline.loads.compactMap { load in
            load.closedWords.map { ClosedLoad(load: load.name, remark: $0) }
        }
        let ways = WayFigures.all(of: timeline, requests: requestWays)
        let codes =
            findings.map(\.outcome.exitCode)
            // A code that this version does not know is a defect of whoever gave it.
            + incidents.map { ExitCode(rawValue: $0.exitCode) ?? .defect }
        self.init(
            experiment: timeline.header.experiment,
            planDigest: timeline.header.planDigest,
            seed: timeline.header.seed,
            outcome: outcome,
            exitCode: ExitCode.worst(codes).rawValue,
            findings: findings,
            incidents: incidents,
            phases: PhaseFigures.all(of: timeline),
            faults: FaultFigures.all(of: timeline, targets: targets),
            ways: ways.isEmpty ? nil : ways,
            closedLoads: closed.isEmpty ? nil : closed,
            stages: StageFigures.all(of: timeline),
            senders: SenderFigures.all(of: timeline),
            loads: LoadFigures.all(of: timeline),
            availability: AvailabilityFigures.all(of: timeline),
            uptime: UptimeCurve.all(of: timeline),
            budgets: BudgetFigures.all(of: timeline, targets: targets),
            year: YearlyEstimate(of: timeline, modes: failureModes),
            histories: histories.isEmpty ? nil : histories
        )
    }

    package init(
        timeline: Timeline,
        plan: Plan,
        incidents: [Incident] = [],
        requestWays: [RequestWay] = [],
        histories: [RecordedHistory] = []
    ) {
        self.init(
            timeline: timeline,
            targets: plan.targets,
            clockBound: plan.clockBound,
            failureModes: plan.failureModes,
            incidents: incidents,
            requestWays: requestWays,
            histories: histories
        )
    }

    private static func findings(_ targets: [CorrectnessTarget], _ histories: [HistoryFigures]) -> [Finding] {
        targets.map { target in
            Finding(
                target.words,
                CorrectnessJudgement(target, histories.first { $0.history == target.history })
            )
        }
    }

    private static func judgement(
        of target: AvailabilityTarget,
        on sample: Sample?,
        _ timeline: Timeline
    ) -> any Judgement {
        guard target.counting == .users else { return AvailabilityJudgement(target: target, sample: sample) }
        let loads = timeline.loads(named: target.load)
        return UserJudgement(
            sample.map { UserOutages($0, loads: loads, slice: target.slice) },
            allowed: Nines.unavailability(percent: target.objective),
            confidence: target.confidence
        )
    }

    private static func findings(_ timeline: Timeline, _ targets: TargetsPlan) -> [Finding] {
        var findings: [Finding] = []
        let lost = LostRequests.all(of: timeline)
        for target in targets.availability {
            let sample = Sample(of: timeline, load: target.load, phase: target.phase)
            let finding = Finding(target.words, judgement(of: target, on: sample, timeline))
            let possible = FloorLimit(of: timeline, load: target.load).limit(finding, of: target)
            let limited = LostRequests.limit(possible, on: target.load, by: lost)
            findings.append(limited.when(insufficient: target.whenInsufficient))
        }
        let limit = GeneratorLimit.limit(for: targets.latency)
        for target in targets.latency {
            let judged = LatencyJudgement(
                target: target,
                sample: Sample(
                    of: timeline,
                    load: target.load,
                    phase: target.phase,
                    threshold: target.claim.threshold
                ),
                lateness: GeneratorLimit.lateness(in: timeline, load: target.load),
                limit: limit
            )
            let finding = Finding(target.words, judged)
            let possible = FloorLimit(of: timeline, load: target.load).limit(finding, of: target)
            let limited = LostRequests.limit(possible, on: target.load, by: lost)
            findings.append(limited.when(insufficient: target.whenInsufficient))
        }
        for target in targets.recovery {
            for fault in timeline.faults where target.fault.map({ $0 == fault.scheduled.name }) ?? true {
                findings += RecoveryFindings(of: fault, end: timeline.end).all(target)
            }
        }
        return findings
    }
}

extension Verdict.Outcome {
    package var exitCode: ExitCode {
        switch self {
        case .met: .met
        case .inconclusive: .inconclusive
        case .missed: .missed
        }
    }
}
