import Foundation
import Measures
import Plan
import Recording
import Schedule
import Timeline
package import Verdict

extension Judge {
    /// What the run is compared by, and what was wrong with its recording.
    package func figures() throws -> (figures: RunFigures, remarks: [String]) {
        var slices: [String: LatencySlices] = [:]
        for load in plan.loads { slices[load.name] = LatencySlices(schedule.phases) }
        let judgement = try judge { exchange, load in
            slices[load.name]?.add(exchange, isServed: load.good.isServed(exchange.outcome))
        }
        let figures = RunFigures(
            run: folder.url.standardizedFileURL.lastPathComponent,
            timeline: judgement.timeline,
            slices: slices,
            facts: facts(judgement.timeline)
        )
        return (figures, judgement.remarks)
    }

    private func facts(_ timeline: Timeline) -> [RunFigures.Fact] {
        let loads = plan.loads.map {
            RunFigures.Fact("load \($0.name)", PlanOutline.words(of: $0, until: plan.duration))
        }
        let faults = timeline.faults.map { fault in
            let at = "\(fault.scheduled.start.seconds.fixed(1)) s"
            return RunFigures.Fact(
                "fault \(fault.scheduled.id)",
                "\(fault.description) at \(at)\(fault.started == nil ? ", did not begin" : "")"
            )
        }
        let hosts = header.hosts.map { host in
            let delays = host.delayBackend.isEmpty ? "" : ", delays by \(host.delayBackend)"
            return RunFigures.Fact(
                "host \(host.name)",
                "Linux \(host.kernel), \(host.processors) processors\(delays)"
            )
        }
        return [RunFigures.Fact("duration", "\(timeline.end.seconds.fixed(1)) s")] + loads + faults + hosts
            + [RunFigures.Fact("Faultline", header.faultlineVersion)]
    }
}
