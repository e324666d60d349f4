import Plan
import Schedule
import Timeline

extension PhaseSplit {
    /// Of the phase as it was, with the names of the faults that acted on the exchanges' packets or processes.
    func naming(_ faults: [FaultTimeline], on load: LoadPlan, servers: [String], in phase: Phase)
        -> PhaseSplit
    {
        var named = self
        named.phase = phase
        for fault in faults where fault.started != nil {
            let scheduled = fault.scheduled
            guard scheduled.start < phase.end, scheduled.end > phase.start else { continue }
            for part in scheduled.action.parts(of: load, servers: servers)
            where !named.parts[part.rawValue].faults.contains(scheduled.name) {
                named.parts[part.rawValue].faults.append(scheduled.name)
            }
        }
        return named
    }
}

extension ScheduledFault.Action {
    /// The parts in which it shows. A capture sees what a host sends behind all that holds it there, by NFQUEUE or by a
    /// qdisc, and what arrives ahead of it. So a fault on the client's sending is its queue; on the server's host both ways
    /// lie between the two captured packets; and nothing that either host holds can be the network's.
    func parts(of load: LoadPlan, servers: [String]) -> [Part] {
        switch self {
        case .impairment(let hosts, _, _, let traffic):
            return Self.parts(on: hosts, traffic, load: load, servers: servers)
        case .partition(_, let drops, let traffic):
            return drops.flatMap { drop -> [Part] in
                var arriving = traffic
                arriving.direction = .ingress
                arriving.peers = drop.from.map { .host($0) }
                return Self.parts(on: [drop.host], arriving, load: load, servers: servers)
            }
        // A connection that is closed has no answer, and so no parts.
        case .reset: return []
        case .kill(let hosts, _), .pause(let hosts, _), .restart(let hosts, _), .stress(let hosts, _),
            .limit(let hosts, _):
            return hosts.flatMap { host -> [Part] in
                if servers.contains(host) { return [.server] }
                return load.senders.hosts.contains(host) ? [.client] : []
            }
        }
    }

    private static func parts(
        on hosts: [String],
        _ traffic: TrafficPlan,
        load: LoadPlan,
        servers: [String]
    ) -> [Part] {
        guard traffic.transport == nil || traffic.transport == .tcp else { return [] }
        let port = load.request.port
        guard traffic.ports.isEmpty || traffic.ports.contains(where: { $0.contains(port) }) else { return [] }
        return hosts.flatMap { host -> [Part] in
            if load.senders.hosts.contains(host), names(servers, traffic.peers) {
                switch traffic.direction {
                case .egress: return [.clientQueue]
                case .ingress: return [.clientAgain]
                case .both: return [.clientQueue, .clientAgain]
                }
            }
            return servers.contains(host) && names(load.senders.hosts, traffic.peers) ? [.server] : []
        }
    }

    /// Whether one of these hosts may be meant: none named are all, and a network may hold any.
    private static func names(_ hosts: [String], _ peers: [PeerPlan]) -> Bool {
        peers.isEmpty
            || peers.contains {
                switch $0 {
                case .host(let name): hosts.contains(name)
                case .network: true
                }
            }
    }
}
