import AgentProtocol
package import Lab
import Measures
package import Plan
package import Schedule
import Statistics

/// What a run would do, for people and as JSON: timeline, targets of each fault, kernel operations, and what the sample
/// can say.
package struct PlanOutline: Sendable, Encodable {
    package struct Step: Sendable, Encodable {
        let startSeconds: Double
        let endSeconds: Double
        let fault: String
        let host: String
        let operation: String
    }

    package struct Support: Sendable, Encodable {
        let target: String
        let requests: Int
        let needed: Int
        let isEnough: Bool
    }

    let name: String
    let digest: String
    let seed: UInt64
    let durationSeconds: Double
    let backend: String
    let backendReason: String
    let hosts: [String: String]
    let phases: [String]
    let steps: [Step]
    let loads: [String]
    let support: [Support]

    package init(plan: Plan, schedule: Schedule, layout: LabLayout, backend: String, backendReason: String) {
        name = plan.name
        digest = plan.digest
        seed = schedule.seed
        durationSeconds = plan.duration.seconds
        self.backend = backend
        self.backendReason = backendReason
        let addresses = Dictionary(layout.hosts.map { ($0.name, $0.address) }) { first, _ in first }
        hosts = addresses
        phases = schedule.phases.map {
            "\($0.start.seconds.fixed(1))–\($0.end.seconds.fixed(1)) s \($0.name)"
        }
        let share = HostShare(addresses: addresses.mapValues { [$0] }, faults: schedule.faults)
        steps = schedule.faults.flatMap { fault in
            layout.hosts.compactMap { host in
                share.message(of: fault, on: host.name).map { message in
                    Step(
                        startSeconds: fault.start.seconds,
                        endSeconds: fault.end.seconds,
                        fault: fault.id,
                        host: host.name,
                        operation: Self.operation(message.action, of: fault, backend: backend)
                    )
                }
            }
        }
        loads = plan.loads.map { load in
            "\(load.name): \(load.request.method) \(load.request.address.text) from \(load.from), "
                + "\(Self.words(load.arrivals)), good: status \(load.good.statuses.lowerBound)–\(load.good.statuses.upperBound)"
                + (load.good.within.map { " within \($0.text)" } ?? "")
        }
        support = plan.targets.availability.map { target in
            let chosen = plan.loads.filter { target.load == nil || $0.name == target.load }
            let seconds = Self.length(of: target.phase, in: schedule)
            let requests = Int(chosen.reduce(0) { $0 + $1.arrivals.meanPerSecond * seconds })
            let unavailability = 1 - target.objective.double / 100
            let needed = SampleSize.zeroFailures(
                unavailability: unavailability,
                confidence: target.confidence
            )
            return Support(
                target: "availability \(target.objective) %" + (target.phase.map { " in \($0)" } ?? ""),
                requests: requests,
                needed: needed,
                isEnough: requests >= needed
            )
        }
    }

    private static func length(of phase: String?, in schedule: Schedule) -> Double {
        guard let phase else { return schedule.end.seconds }
        return schedule.phases.filter { $0.name == phase }.reduce(0) { $0 + ($1.end - $1.start).seconds }
    }

    private static func words(_ arrivals: ArrivalProcess) -> String {
        switch arrivals {
        case .constant(let rate): "\(rate.fixed(0))/s evenly"
        case .poisson(let rate): "\(rate.fixed(0))/s, Poisson"
        case .ramp(let from, let to): "\(from.fixed(0))/s to \(to.fixed(0))/s"
        }
    }

    package var text: String {
        var lines = ["\(name): plan \(digest.prefix(12)), seed \(seed), \(durationSeconds.fixed(0)) s", ""]
        lines.append(
            "hosts: "
                + hosts.sorted { $0.value < $1.value }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        )
        lines.append("delays by: \(backend), \(backendReason)")
        lines += loads.map { "load \($0)" }
        lines += ["", "phases:"] + phases.map { "  \($0)" }
        lines += ["", "what would be done:"]
        lines += steps.map {
            "  \($0.startSeconds.fixed(1))–\($0.endSeconds.fixed(1)) s  \($0.fault) on \($0.host): \($0.operation)"
        }
        lines += ["", "can the sample support the targets?"]
        lines += support.map { entry in
            "  \(entry.target): \(entry.requests) requests, at least \(entry.needed) without a failure are needed: "
                + (entry.isEnough ? "yes" : "no, the verdict can only be missed or inconclusive")
        }
        if support.isEmpty { lines.append("  there is no availability target") }
        return lines.joined(separator: "\n")
    }
}
