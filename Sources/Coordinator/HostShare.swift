import AgentProtocol
import Measures
import Plan
import Schedule
import SwiftProtobuf

/// What one host has to do for one scheduled fault; nil when it takes no part.
struct HostShare {
    /// By host: its addresses on the network that faults act on, IPv4 first.
    let addresses: [String: [String]]
    /// By host, how services that were there before are found.
    private let found: [String: [String: ProcessTargetPlan]]
    private let overlaps: PathOverlaps

    init(
        addresses: [String: [String]],
        faults: [ScheduledFault],
        found: [String: [String: ProcessTargetPlan]] = [:]
    ) {
        self.addresses = addresses
        self.found = found
        overlaps = PathOverlaps(faults)
    }

    func message(of fault: ScheduledFault, on host: String) -> Faultline_Agent_V1_Fault? {
        var message = Faultline_Agent_V1_Fault()
        message.id = fault.id
        message.startNs = fault.start.nanoseconds
        message.endNs = fault.end.nanoseconds
        switch fault.action {
        case .impairment(let hosts, _, let asked, let plan):
            guard hosts.contains(host) else { return nil }
            let impair = Faultline_Agent_V1_Impair(asked, traffic: traffic(plan, on: host))
            message.action = plan.inside(.impair(impair)) ?? .impair(impair)
        case .partition(_, let drops, let plan):
            // Drops act where packets arrive, so the sender sees nothing (design: a lost packet is lost silently).
            let senders = drops.filter { $0.host == host }.flatMap(\.from)
            guard !senders.isEmpty else { return nil }
            var arriving = plan
            arriving.peers = senders.map { .host($0) }
            message.drop = .with { $0.traffic = traffic(arriving, on: host) }
        case .reset(let hosts, let plan):
            guard hosts.contains(host) else { return nil }
            let reset = Faultline_Agent_V1_Reset.with { $0.traffic = traffic(plan, on: host) }
            message.action = plan.inside(.reset(reset)) ?? .reset(reset)
        case .kill(let hosts, let parameters):
            guard hosts.contains(host) else { return nil }
            message.kill = .init(parameters)
            message.kill.target = target(parameters.target, on: host)
        case .pause(let hosts, let parameters):
            guard hosts.contains(host) else { return nil }
            message.pause = .init(parameters)
            message.pause.target = target(parameters.target, on: host)
        case .restart(let hosts, let target):
            guard hosts.contains(host) else { return nil }
            message.restart = .with { $0.target = self.target(target, on: host) }
        case .stress(let hosts, let stress):
            guard hosts.contains(host) else { return nil }
            message.stress = .init(stress)
        case .limit(let hosts, let limit):
            guard hosts.contains(host) else { return nil }
            message.limit = .init(limit)
            message.limit.target = target(limit.target, on: host)
        }
        message.shared = overlaps.spans(with: fault, on: host).map { span in
            .with {
                $0.startNs = span.lowerBound.nanoseconds
                $0.endNs = span.upperBound.nanoseconds
            }
        }
        return message
    }

    /// A service that the agent did not start is found as the inventory says.
    private func target(_ target: ProcessTargetPlan, on host: String) -> Faultline_Agent_V1_ProcessTarget {
        guard case .service(let name) = target, let known = found[host]?[name] else { return .init(target) }
        return .init(known)
    }

    /// Peers by name become their addresses of both families; none named: every other host, or of a container everybody.
    private func traffic(_ plan: TrafficPlan, on host: String) -> Faultline_Agent_V1_Traffic {
        var message = Faultline_Agent_V1_Traffic(plan)
        let isInside = plan.container != nil
        let others = isInside ? [] : addresses.keys.filter { $0 != host }.sorted()
        let chosen = plan.peers.isEmpty ? others.map { .host($0) } : plan.peers
        message.peers = chosen.flatMap { peer -> [Faultline_Agent_V1_Peer] in
            switch peer {
            case .network(let text): return [self.peer(text, text)]
            case .host(let name):
                guard isInside || name != host else { return [] }
                return (addresses[name] ?? []).map { self.peer(name, $0) }
            }
        }
        if let probe = probed(message.peers, from: host) { message.probe = probe }
        return message
    }

    /// A named peer, or a host that lies in a named network.
    private func probed(_ peers: [Faultline_Agent_V1_Peer], from host: String) -> Faultline_Agent_V1_Peer? {
        if let named = peers.first(where: { addresses[$0.name] != nil }) { return named }
        let others = addresses.filter { $0.key != host }.sorted { $0.key < $1.key }
        for (name, own) in others {
            let address = own.first { own in peers.contains { NetworkText.contains($0.address, own) } }
            if let address { return peer(name, address) }
        }
        return nil
    }

    private func peer(_ name: String, _ address: String) -> Faultline_Agent_V1_Peer {
        .with {
            $0.name = name
            $0.address = address
        }
    }
}

extension TrafficPlan {
    /// The same in the network of its containers; nil: it means none.
    fileprivate func inside(_ action: Faultline_Agent_V1_Inside.OneOf_Action)
        -> Faultline_Agent_V1_Fault.OneOf_Action?
    {
        container.map { container in
            .inside(
                .with {
                    $0.container = .init(container)
                    $0.action = action
                }
            )
        }
    }
}
