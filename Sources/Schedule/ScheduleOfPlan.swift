import Impairments
import Measures
package import Plan

extension Schedule {
    /// Chooses hosts by the seed, spreads repetitions out, and divides the run into phases. Cannot fail: a plan is
    /// valid, and only what the file leaves to the seed is drawn.
    package init(plan: Plan, seed: UInt64) {
        let end = Instant(plan.duration)
        let faults = plan.faults.flatMap { Self.occurrences(of: $0, seed: seed, duration: plan.duration) }
        // Sorting is not stable by promise, so the order of the file is part of the key.
        let ordered = faults.enumerated()
            .sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
            .map(\.element)
        self.init(seed: seed, faults: ordered, phases: Phase.sequence(of: ordered, end: end), end: end)
    }

    /// Each fault has its own stream of random numbers, and each occurrence chooses anew.
    private static func occurrences(of fault: FaultPlan, seed: UInt64, duration: Duration) -> [ScheduledFault]
    {
        var generator = SeededGenerator(seed: seed, stream: "fault/\(fault.name)")
        return fault.spans(duration: duration).enumerated().map { index, span in
            ScheduledFault(
                id: "\(fault.name)#\(index + 1)",
                name: fault.name,
                start: Instant(span.lowerBound),
                end: Instant(span.upperBound),
                notBefore: fault.notBefore,
                action: ScheduledFault.Action(fault.kind, using: &generator)
            )
        }
    }
}

extension ScheduledFault.Action {
    fileprivate init(_ kind: FaultKind, using generator: inout SeededGenerator) {
        switch kind {
        case .impairment(let on, let kind, let impairment, let traffic):
            self = .impairment(hosts: on.resolved(using: &generator), kind, impairment, traffic)
        case .partition(let partition, let traffic):
            self = .partition(partition, drops: partition.drops(using: &generator), traffic)
        case .reset(let on, let traffic):
            self = .reset(hosts: on.resolved(using: &generator), traffic)
        case .kill(let on, let kill): self = .kill(hosts: on.resolved(using: &generator), kill)
        case .pause(let on, let pause): self = .pause(hosts: on.resolved(using: &generator), pause)
        case .restart(let on, let target): self = .restart(hosts: on.resolved(using: &generator), target)
        case .stress(let on, let stress): self = .stress(hosts: on.resolved(using: &generator), stress)
        case .limit(let on, let limit): self = .limit(hosts: on.resolved(using: &generator), limit)
        }
    }
}

extension PartitionPlan {
    /// Who drops whose packets; a shape draws who stands where.
    fileprivate func drops(using generator: inout SeededGenerator) -> [Drop] {
        switch self {
        case .sides(let from, let to, let bothWays): Self.drops(from: from, to: to, bothWays: bothWays)
        case .map(let drops): drops
        case .shape(let shape, let hosts):
            shape.grudge(of: hosts, using: &generator).map { Drop(host: $0.node, from: $0.drops) }
        }
    }
}
