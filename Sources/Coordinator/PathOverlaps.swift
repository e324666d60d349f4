import Measures
import Plan
import Schedule

/// When faults meet on the paths of one host: a round trip that two of them changed says nothing about either alone.
struct PathOverlaps {
    private let faults: [ScheduledFault]

    init(_ faults: [ScheduledFault]) {
        self.faults = faults.filter { Self.touchesPaths($0.action) }
    }

    /// How long before its start a fault's path is felt, for comparison.
    private static let lead = Duration.milliseconds(2500)

    /// The parts of a fault's time, and of the time before it, in which another acts on packets between this host and somebody. Wider than need be
    /// where peers are networks: what is left is surely this fault's own.
    func spans(with fault: ScheduledFault, on host: String) -> [Range<Instant>] {
        guard Self.touchesPaths(fault.action), fault.start < fault.end else { return [] }
        let own = Self.ends(of: fault.action, on: host)
        return faults.compactMap { other in
            guard other.id != fault.id, other.start < other.end,
                !Self.isInside(other.action) || Self.isInside(fault.action),
                Self.meets(own, other.action, of: host)
            else { return nil }
            let both = (fault.start - Self.lead..<fault.end).clamped(to: other.start..<other.end)
            return both.isEmpty ? nil : both
        }
    }

    private static func touchesPaths(_ action: ScheduledFault.Action) -> Bool {
        switch action {
        case .impairment, .partition: true
        default: false
        }
    }

    /// In a container's network: probes of the host's own paths do not pass it, while the container's own pass the host's.
    private static func isInside(_ action: ScheduledFault.Action) -> Bool {
        if case .impairment(_, _, _, let traffic) = action { traffic.container != nil } else { false }
    }

    /// The far ends of a fault on a host; nil: anybody.
    private static func ends(of action: ScheduledFault.Action, on host: String) -> Set<String>? {
        switch action {
        case .impairment(_, _, _, let traffic): return names(traffic.peers)
        case .partition(_, let drops, _): return Set(drops.filter { $0.host == host }.flatMap(\.from))
        default: return []
        }
    }

    private static func names(_ peers: [PeerPlan]) -> Set<String>? {
        var names: Set<String> = []
        for peer in peers {
            guard case .host(let name) = peer else { return nil }
            names.insert(name)
        }
        return peers.isEmpty ? nil : names
    }

    /// Whether another fault acts on a path between `host` and one of these ends, in either direction.
    private static func meets(_ ends: Set<String>?, _ other: ScheduledFault.Action, of host: String) -> Bool {
        func overlaps(_ hosts: [String], _ peers: Set<String>?) -> Bool {
            // On the same host: towards the same ends. On an end: towards this host.
            let here =
                hosts.contains(host)
                && (ends == nil || peers == nil || !(ends?.isDisjoint(with: peers ?? []) ?? false))
            let there = hosts.contains { $0 != host && (ends?.contains($0) ?? true) }
            return here || there && (peers?.contains(host) ?? true)
        }
        switch other {
        case .impairment(let hosts, _, _, let traffic): return overlaps(hosts, names(traffic.peers))
        case .partition(_, let drops, _): return drops.contains { overlaps([$0.host], Set($0.from)) }
        default: return false
        }
    }
}
