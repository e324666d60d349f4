import Plan
import Schedule

/// On which hosts a scheduled fault acts, and towards whom from each. Made once for a run: each of thousands of hosts asks.
struct FaultReach {
    let hosts: Set<String>
    /// By host of a partition, whose packets it drops.
    private let senders: [String: [String]]
    /// Of other faults; nil: anybody.
    private let peers: Set<String>?

    init(_ action: ScheduledFault.Action) {
        var (senders, peers) = ([String: [String]](), Set<String>?.some([]))
        switch action {
        case .partition(_, let drops, _):
            for drop in drops { senders[drop.host, default: []] += drop.from }
            hosts = Set(senders.keys)
        case .impairment(let hosts, _, _, let traffic), .reset(let hosts, let traffic):
            self.hosts = Set(hosts)
            peers = Self.names(traffic.peers)
        case .kill(let hosts, _), .pause(let hosts, _), .restart(let hosts, _), .stress(let hosts, _),
            .limit(let hosts, _):
            self.hosts = Set(hosts)
        }
        (self.senders, self.peers) = (senders, peers)
    }

    func senders(to host: String) -> [String] { senders[host] ?? [] }

    /// The far ends of its paths from one of its hosts; nil: anybody, or networks.
    func ends(from host: String) -> Set<String>? {
        senders.isEmpty ? peers : Set(senders(to: host))
    }

    /// Whether it acts on a path between `host` and one of these ends (nil: anybody), in either direction.
    func meets(_ ends: Set<String>?, from host: String) -> Bool {
        if hosts.contains(host) {
            let own = self.ends(from: host)
            guard let own, let ends, own.isDisjoint(with: ends) else { return true }
        }
        // On an end, towards this host.
        let isMet = { (end: String) in end != host && hosts.contains(end) && reaches(host, from: end) }
        return ends.map { $0.contains(where: isMet) } ?? hosts.contains(where: isMet)
    }

    private func reaches(_ host: String, from end: String) -> Bool {
        senders.isEmpty ? peers?.contains(host) ?? true : senders(to: end).contains(host)
    }

    private static func names(_ peers: [PeerPlan]) -> Set<String>? {
        var names: Set<String> = []
        for peer in peers {
            guard case .host(let name) = peer else { return nil }
            names.insert(name)
        }
        return peers.isEmpty ? nil : names
    }
}
