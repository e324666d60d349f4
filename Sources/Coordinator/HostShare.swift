import AgentProtocol
import Measures
import Plan
import Schedule
import SwiftProtobuf

/// What one host has to do for one scheduled fault; nil when it takes no part.
struct HostShare {
    /// By host: its addresses on the network that faults act on, IPv4 first.
    let addresses: [String: [String]]
    /// Sorted.
    private let names: [String]
    /// By host, how services that were there before are found.
    private let found: [String: [String: ProcessTargetPlan]]
    private let overlaps: PathOverlaps
    /// By fault.
    private let reaches: [String: FaultReach]

    init(
        addresses: [String: [String]],
        faults: [ScheduledFault],
        found: [String: [String: ProcessTargetPlan]] = [:]
    ) {
        self.addresses = addresses
        names = addresses.keys.sorted()
        self.found = found
        overlaps = PathOverlaps(faults)
        reaches = Dictionary(faults.map { ($0.id, FaultReach($0.action)) }) { first, _ in first }
    }

    /// `fault`: one of those that were given.
    func message(of fault: ScheduledFault, on host: String) -> Faultline_Agent_V1_Fault? {
        guard let reach = reaches[fault.id], reach.hosts.contains(host) else { return nil }
        var message = Faultline_Agent_V1_Fault()
        message.id = fault.id
        message.startNs = fault.start.nanoseconds
        message.endNs = fault.end.nanoseconds
        switch fault.action {
        case .impairment(_, _, let asked, let plan):
            let impair = Faultline_Agent_V1_Impair(asked, traffic: traffic(plan, on: host))
            message.action = plan.inside(.impair(impair)) ?? .impair(impair)
        case .partition(_, _, let plan):
            // Drops act where packets arrive, so the sender sees nothing (design: a lost packet is lost silently).
            let senders = reach.senders(to: host)
            guard !senders.isEmpty else { return nil }
            var arriving = plan
            arriving.peers = senders.map { .host($0) }
            message.drop = .with { $0.traffic = traffic(arriving, on: host) }
        case .reset(_, let plan):
            let reset = Faultline_Agent_V1_Reset.with { $0.traffic = traffic(plan, on: host) }
            message.action = plan.inside(.reset(reset)) ?? .reset(reset)
        case .kill(_, let parameters):
            message.kill = .init(parameters)
            message.kill.target = target(parameters.target, on: host)
        case .pause(_, let parameters):
            message.pause = .init(parameters)
            message.pause.target = target(parameters.target, on: host)
        case .restart(_, let target):
            message.restart = .with { $0.target = self.target(target, on: host) }
        case .stress(_, let stress):
            message.stress = .init(stress)
        case .limit(_, let limit):
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

    /// Addresses of the hosts that these loads call by name. Names of all would grow with the square of the hosts.
    func names(called loads: [LoadPlan]) -> [Faultline_Agent_V1_Peer] {
        let called = Set(
            loads.map { load in
                let host = load.request.host
                return host.hasSuffix(".ip6") ? String(host.dropLast(4)) : host
            }
        )
        return called.sorted().flatMap { name in (addresses[name] ?? []).map { peer(name, $0) } }
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
        let chosen = !plan.peers.isEmpty ? plan.peers : isInside ? [] : names.map { .host($0) }
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
        for name in names where name != host {
            let address = addresses[name]?.first { own in
                peers.contains { NetworkText.contains($0.address, own) }
            }
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
