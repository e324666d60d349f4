import Measures
import Recording
import Schedule
import Statistics
package import Timeline

extension RunFigures {
    /// - Parameters:
    ///   - run: the folder's name.
    ///   - slices: response times of each load, by its name.
    ///   - facts: what the timeline does not know.
    package init(run: String, timeline: Timeline, slices: [String: LatencySlices], facts: [Fact]) {
        var names: [String] = []
        for phase in timeline.phases where !names.contains(phase.name) { names.append(phase.name) }
        let phases = names.flatMap { name in
            timeline.loads.compactMap { load -> Phase? in
                guard let sample = Sample(of: timeline, load: load.name, phase: name) else { return nil }
                let block = Self.block(of: name, in: timeline)
                let series = slices[load.name]?.series(of: name, until: timeline.end)
                return Phase(
                    phase: name,
                    load: load.name,
                    due: sample.due,
                    bad: sample.bad,
                    inflation: sample.inflation,
                    quantiles: series.map { Quantile.all(of: $0, block: block) } ?? []
                )
            }
        }
        self.init(
            run: run,
            experiment: timeline.header.experiment,
            planDigest: timeline.header.planDigest,
            seed: timeline.header.seed,
            startedAt: timeline.header.startedAt,
            facts: facts,
            phases: phases,
            faults: Fault.all(of: timeline)
        )
    }

    /// How long a block of the bootstrap is at least: longer than the slowest recovery that its phase has part in, so that what
    /// follows one event stays together (guides: slo 3.5).
    private static func block(of phase: String, in timeline: Timeline) -> Duration {
        let kinds = timeline.phases.filter { $0.name == phase }.map(\.kind)
        let faults = timeline.faults.filter { fault in
            kinds.contains { kind in
                switch kind {
                case .baseline: false
                case .fault(_, let name): name == fault.scheduled.name
                case .recovery: true
                }
            }
        }
        return faults.flatMap { [$0.recovery.timeToRecover ?? .zero, $0.recovery.outage] }.max() ?? .zero
    }
}

extension Sample {
    /// How much failures come together: by runs of them one after the other, or by how unevenly they lie in slices of a
    /// second, of two, of four …, whichever is more. Behind a balancer with one dead server of two no two failures
    /// follow one another, and yet they are one outage.
    fileprivate var inflation: Double {
        let all = stretches.joined().map { (due: $0.due, bad: $0.due - $0.good) }
        var inflation = bursts.varianceInflation
        var width = 1
        while all.count / width >= 5 {
            let groups = stride(from: 0, through: all.count - width, by: width).map { all[$0..<$0 + width] }
            let failures = groups.map { group in group.reduce(0) { $0 + $1.bad } }
            let due = groups.reduce(0) { sum, group in group.reduce(sum) { $0 + $1.due } }
            let effect = Bursts.designEffect(failures: failures, size: due / groups.count)?.effect ?? 1
            // Below it is as likely the luck of few slices.
            if effect > ShareDifference.independent { inflation = max(inflation, effect) }
            width *= 2
        }
        return inflation
    }
}

extension RunFigures.Fault {
    static func all(of timeline: Timeline) -> [Self] {
        var all: [Self] = []
        for fault in timeline.faults where fault.started != nil {
            let recovery = fault.recovery
            let occurrence = RunFigures.Occurrence(
                recoverySeconds: recovery.timeToRecover?.seconds ?? 0,
                censored: recovery.censored,
                outageSeconds: recovery.outage.seconds
            )
            if let index = all.firstIndex(where: { $0.fault == fault.scheduled.name }) {
                all[index].occurrences.append(occurrence)
            } else {
                all.append(Self(fault: fault.scheduled.name, occurrences: [occurrence]))
            }
        }
        return all
    }
}
