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
        let phases = timeline.phaseNames.flatMap { name in
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
