import Measures

/// Two runs side by side: what differs as far as the data can show it, and whether that is within what is allowed.
package struct Comparison: Sendable, Codable, Equatable {
    package var before: String
    package var after: String
    /// What the runs themselves do not have in common.
    package var remarks: [String]
    package var differences: [Difference]
    package var findings: [Finding]
    package var exitCode: Int32

    /// - Parameters:
    ///   - phases: only these; empty: all.
    ///   - loads: only these; empty: all.
    package init(
        before: RunFigures,
        after: RunFigures,
        allowing allowances: [Allowance] = [],
        phases: [String] = [],
        loads: [String] = []
    ) {
        self.before = before.run
        self.after = after.run
        var differences: [Difference] = []
        let isWanted = { (phase: RunFigures.Phase) in
            (phases.isEmpty || phases.contains(phase.phase)) && (loads.isEmpty || loads.contains(phase.load))
        }
        for phase in before.phases.filter(isWanted) {
            guard let other = after.phases.first(where: { $0.phase == phase.phase && $0.load == phase.load })
            else { continue }
            differences.append(Difference(phase, other))
            for quantile in phase.quantiles {
                guard let measure = Difference.Measure(rawValue: quantile.name),
                    let second = other.quantiles.first(where: { $0.name == quantile.name })
                else { continue }
                differences.append(Difference(quantile, second, of: phase, as: measure))
            }
        }
        for fault in before.faults where phases.isEmpty || phases.contains(fault.fault) {
            guard let other = after.faults.first(where: { $0.fault == fault.fault }) else { continue }
            differences.append(Difference(fault, other, as: .recovery))
            differences.append(Difference(fault, other, as: .outage))
        }
        let findings = allowances.flatMap { Self.findings($0, differences) }
        self.remarks = Self.remarks(before, after)
        self.differences = differences
        self.findings = findings
        self.exitCode = ExitCode.worst(findings.map(\.outcome.exitCode)).rawValue
    }

    package func count(_ answer: Difference.Answer) -> Int { differences.count { $0.answer == answer } }

    /// Intervals at 95 % of which one in twenty lies beside the truth.
    package var intervals: Int { differences.count - count(.unknown) }

    private static func findings(_ allowance: Allowance, _ differences: [Difference]) -> [Finding] {
        let chosen = differences.filter { $0.measure == allowance.measure }
        guard !chosen.isEmpty else {
            return [
                Finding(
                    target: "\(allowance.text)",
                    outcome: .inconclusive,
                    evidence: "no \(allowance.measure.rawValue) is in both runs",
                    needed: nil
                )
            ]
        }
        return chosen.map { difference in
            Finding(
                target: "\(allowance.text) of \(difference.subject)",
                outcome: allowance.outcome(of: difference),
                evidence: DifferenceWords(difference).sentence,
                needed: nil
            )
        }
    }

    private static func remarks(_ before: RunFigures, _ after: RunFigures) -> [String] {
        var remarks: [String] = []
        if before.experiment != after.experiment {
            remarks.append("different experiments: \(before.experiment) and \(after.experiment)")
        } else if before.planDigest != after.planDigest {
            remarks.append(
                "different plans: \(before.planDigest.prefix(12)) and \(after.planDigest.prefix(12))"
            )
        } else if before.seed != after.seed {
            remarks.append("different seeds: \(before.seed) and \(after.seed)")
        }
        for fact in before.facts {
            let other = after.facts.first { $0.name == fact.name }?.value
            if other != fact.value { remarks.append("\(fact.name): \(fact.value) → \(other ?? "none")") }
        }
        for fact in after.facts where !before.facts.contains(where: { $0.name == fact.name }) {
            remarks.append("\(fact.name): none → \(fact.value)")
        }
        let names = { (run: RunFigures) in run.phases.map { "\($0.load) in \($0.phase)" } }
        for (run, other) in [(before, after), (after, before)] {
            for name in names(run) where !names(other).contains(name) {
                remarks.append("\(name) is in \(run.run) alone")
            }
        }
        return remarks
    }
}
