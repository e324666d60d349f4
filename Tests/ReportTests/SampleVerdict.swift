import Measures
import Plan
import Recording
import Timeline
import Verdict

extension ReportSample {
    func verdict(of timeline: Timeline) -> Verdict {
        Verdict(
            experiment: experiment,
            planDigest: timeline.header.planDigest,
            seed: seed,
            outcome: .missed,
            exitCode: 1,
            findings: [
                Finding(
                    target: "availability 99.9 %",
                    outcome: .missed,
                    evidence:
                        "44 107 of 45 000 requests were good, 98.02 %; with 95 % confidence at most 98.15 %.",
                    needed: nil
                ),
                Finding(
                    target: "latency p99 below 50ms in baseline",
                    outcome: .met,
                    evidence:
                        "9 993 of 10 000 requests took less, 99.93 %; with 95 % confidence at least 99.87 %.",
                    needed: nil
                ),
                Finding(
                    target: "99% under 300ms in slow",
                    outcome: .met,
                    evidence: "5 000 of 5 000 requests took less; with 95 % confidence at least 99.94 %.",
                    needed: nil
                ),
                Finding(
                    target: "availability 99.999 % in recovery",
                    outcome: .inconclusive,
                    evidence: "No failure in 22 000 requests supports 99.986 % at 95 % confidence.",
                    needed: "about 278 000 more requests without a failure"
                ),
            ],
            incidents: incidents,
            phases: PhaseFigures.all(of: timeline),
            faults: FaultFigures.all(of: timeline, targets: targets),
            ways: WayFigures.all(of: timeline, requests: requestWays),
            availability: AvailabilityFigures.all(of: timeline),
            uptime: UptimeCurve.all(of: timeline),
            budgets: BudgetFigures.all(of: timeline, targets: targets),
            year: YearlyEstimate(of: timeline, modes: modes),
            histories: histories
        )
    }

    private var targets: TargetsPlan {
        let objective = AvailabilityTarget(
            objective: ExactDecimal(significand: 999, exponent: -1),
            load: nil,
            phase: nil,
            confidence: 0.95,
            counting: .requests,
            slice: .seconds(1)
        )
        return TargetsPlan(availability: [objective])
    }

    /// Of the first two faults.
    private var modes: [FailureModePlan] {
        faults.prefix(2).map { fault in
            FailureModePlan(
                name: "\(fault.name) in the field",
                fault: fault.name,
                rate: 4,
                period: .year,
                source: "incident log 2024"
            )
        }
    }
}
