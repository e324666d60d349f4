package import Measures

/// One fault of the experiment file, selectors still unresolved where the seed decides.
package struct FaultPlan: Sendable, Equatable {
    package let name: String
    package let at: Duration
    /// How long it acts. nil: a kill without `for` (its end is the restart).
    package let lasting: Duration?
    /// Distance from one start to the next, when `times` is above 1.
    package let every: Duration?
    package let times: Int
    package let kind: FaultKind

    package init(
        name: String,
        at: Duration,
        lasting: Duration?,
        every: Duration?,
        times: Int,
        kind: FaultKind
    ) {
        self.name = name
        self.at = at
        self.lasting = lasting
        self.every = every
        self.times = times
        self.kind = kind
    }
}

package enum FaultKind: Sendable, Equatable {
    case delay(on: Selector, DelayParameters)
    case loss(on: Selector, LossParameters)
    case partition(PartitionParameters)
    case kill(on: Selector, KillParameters)
    case pause(on: Selector, service: String)
    case restart(on: Selector, service: String)

    /// The key that names the kind in the file.
    package var keyword: String {
        switch self {
        case .delay: "delay"
        case .loss: "loss"
        case .partition: "partition"
        case .kill: "kill"
        case .pause: "pause"
        case .restart: "restart"
        }
    }
}

/// Which hosts: `web1`, `[web1, web2]`, `any: {1 of: [web1, web2]}`, `percent: 30% of [web1, web2]`.
package enum Selector: Sendable, Equatable {
    case hosts([String])
    case any(count: Int, of: [String])
    /// Rounded up to whole hosts, at least one.
    case percent(Share, of: [String])
}

/// Added to packets that the host sends to `peers`.
package struct DelayParameters: Sendable, Equatable, Codable {
    package let latency: Duration
    package let jitter: Duration
    package let distribution: PlainDistribution
    /// Share of the packets that are lost as well.
    package let loss: Share
    /// Host names; empty: every other host of the lab.
    package let peers: [String]

    package init(
        latency: Duration,
        jitter: Duration,
        distribution: PlainDistribution,
        loss: Share,
        peers: [String]
    ) {
        self.latency = latency
        self.jitter = jitter
        self.distribution = distribution
        self.loss = loss
        self.peers = peers
    }
}

package enum PlainDistribution: String, Sendable, Equatable, Codable, CaseIterable {
    /// latency ± jitter, flat.
    case uniform
    /// Mean latency, standard deviation jitter.
    case normal
}

package struct LossParameters: Sendable, Equatable, Codable {
    package let share: Share
    package let peers: [String]

    package init(share: Share, peers: [String]) {
        self.share = share
        self.peers = peers
    }
}

/// Packets from `from` to `to` are dropped where they arrive; both ways when `bothWays`.
package struct PartitionParameters: Sendable, Equatable, Codable {
    package let from: [String]
    package let to: [String]
    package let bothWays: Bool

    package init(from: [String], to: [String], bothWays: Bool) {
        self.from = from
        self.to = to
        self.bothWays = bothWays
    }
}

package struct KillParameters: Sendable, Equatable, Codable {
    package let service: String
    /// "KILL", "TERM", … without SIG.
    package let signal: String
    /// nil: the service stays down until the end of the run, when the lab ends anyway.
    package let restartAfter: Duration?

    package init(service: String, signal: String, restartAfter: Duration?) {
        self.service = service
        self.signal = signal
        self.restartAfter = restartAfter
    }
}
