package import Impairments
package import Measures
package import Plan

/// What happens when, on which host: a pure function of the plan and the seed. Same file and seed, same schedule.
package struct Schedule: Sendable, Equatable {
    package let seed: UInt64
    /// By start, then by the order of the file.
    package let faults: [ScheduledFault]
    /// Without gaps from time zero to the end of the run, by start.
    package let phases: [Phase]
    package let end: Instant

    package init(seed: UInt64, faults: [ScheduledFault], phases: [Phase], end: Instant) {
        self.seed = seed
        self.faults = faults
        self.phases = phases
        self.end = end
    }
}

/// One occurrence of one fault, its hosts chosen.
package struct ScheduledFault: Sendable, Equatable {
    /// "slow#1": the fault's name and the number of the occurrence.
    package let id: String
    package let name: String
    package let start: Instant
    /// When it acts no more; for a kill the restart, or the run's end.
    package let end: Instant
    /// On no host before `start`.
    package let notBefore: Bool
    package let action: Action

    package init(
        id: String,
        name: String,
        start: Instant,
        end: Instant,
        notBefore: Bool = false,
        action: Action
    ) {
        self.id = id
        self.name = name
        self.start = start
        self.end = end
        self.notBefore = notBefore
        self.action = action
    }

    /// Host names are resolved here; addresses are the lab's.
    package enum Action: Sendable, Equatable {
        case impairment(hosts: [String], ImpairmentKind, Impairment, TrafficPlan)
        /// As the file says it, and who therefore drops whose packets.
        case partition(PartitionPlan, drops: [PartitionPlan.Drop], TrafficPlan)
        case reset(hosts: [String], TrafficPlan)
        case kill(hosts: [String], KillParameters)
        case pause(hosts: [String], PauseParameters)
        case restart(hosts: [String], ProcessTargetPlan)
        case stress(hosts: [String], StressPlan)
        case limit(hosts: [String], LimitPlan)
    }
}

/// A stretch of the run that is judged by itself.
package struct Phase: Sendable, Equatable {
    package let kind: Kind
    package let start: Instant
    package let end: Instant

    package init(kind: Kind, start: Instant, end: Instant) {
        self.kind = kind
        self.start = start
        self.end = end
    }

    package enum Kind: Sendable, Equatable, Hashable {
        /// Before the first fault.
        case baseline
        /// While at least this fault acts (the earliest started, where several do).
        case fault(id: String, name: String)
        /// After a fault has ended, until the next begins.
        case recovery(after: String)
    }

    /// "baseline", "slow", "recovery": what a target's `phase:` names.
    package var name: String {
        switch kind {
        case .baseline: "baseline"
        case .fault(_, let name): name
        case .recovery: "recovery"
        }
    }
}
