package import Impairments
package import Measures

/// One fault of the experiment file, selectors still unresolved where the seed decides.
package struct FaultPlan: Sendable, Equatable {
    package let name: String
    package let at: Duration
    /// On no host before that instant, at the price of a start that is later by the clocks' bound; else as near to it as
    /// the clocks are known.
    package let notBefore: Bool
    /// How long it acts. nil: a kill without `for` (its end is the restart), a restart, a reset.
    package let lasting: Duration?
    /// Distance from one start to the next, when `times` is above 1.
    package let every: Duration?
    package let times: Int
    package let kind: FaultKind

    package init(
        name: String,
        at: Duration,
        notBefore: Bool = false,
        lasting: Duration?,
        every: Duration?,
        times: Int,
        kind: FaultKind
    ) {
        self.name = name
        self.at = at
        self.notBefore = notBefore
        self.lasting = lasting
        self.every = every
        self.times = times
        self.kind = kind
    }
}

package enum FaultKind: Sendable, Equatable {
    /// What happens to packets: delay, loss, duplicate, corrupt, rate, slots.
    case impairment(on: Selector, ImpairmentKind, Impairment, TrafficPlan)
    case partition(PartitionPlan, TrafficPlan)
    /// Closes established TCP connections.
    case reset(on: Selector, TrafficPlan)
    case kill(on: Selector, KillParameters)
    case pause(on: Selector, PauseParameters)
    case restart(on: Selector, ProcessTargetPlan)
    case stress(on: Selector, StressPlan)
    case limit(on: Selector, LimitPlan)

    /// The key that names the kind in the file.
    package var keyword: String {
        switch self {
        case .impairment(_, let kind, _, _): kind.rawValue
        case .partition: "partition"
        case .reset: "reset"
        case .kill: "kill"
        case .pause: "pause"
        case .restart: "restart"
        case .stress: "stress"
        case .limit: "limit"
        }
    }

    /// All of them, in the order in which they are listed for people.
    package static let keywords =
        ImpairmentKind.allCases.map(\.rawValue) + [
            "partition", "reset", "kill", "pause", "restart", "stress", "limit",
        ]
}

/// Which key the impairment stands under: it says what the fault is mainly about.
package enum ImpairmentKind: String, Sendable, CaseIterable {
    case delay
    case loss
    case duplicate
    case corrupt
    case rate
    case slots
}

/// Which hosts: `web1`, `[web1, web2]`, `any: {1 of: [web1, web2]}`, `percent: 30% of [web1, web2]`.
package enum Selector: Sendable, Equatable {
    case hosts([String])
    case any(count: Int, of: [String])
    /// Rounded up to whole hosts, at least one.
    case percent(Share, of: [String])
}
