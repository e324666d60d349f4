import AgentProtocol
import Measures
import Plan
import Schedule
import SwiftProtobuf

// From the plan's types to the wire's. Decoding is the agent's (Agent/PlanFromWire.swift); a round trip is tested.

extension Faultline_Agent_V1_HTTPAddress {
    init(_ address: HTTPAddress) {
        self.init()
        host = address.host
        port = UInt32(address.port)
        path = address.path
    }
}

extension Faultline_Agent_V1_StartServiceRequest {
    init(_ service: ServicePlan, files: String, directory: String, logPath: String) {
        self.init()
        name = service.name
        command = service.command.map { word in
            word.replacing("{files}", with: files).replacing("{dir}", with: directory)
        }
        self.directory = directory
        self.logPath = logPath
        readyWithinNs = service.readyWithin.nanoseconds
        switch service.ready {
        case .http(let address): http = .init(address)
        case .tcp(let host, let port):
            tcp = .with {
                $0.host = host
                $0.port = UInt32(port)
            }
        case nil: break
        }
    }
}

extension Faultline_Agent_V1_Load {
    init(_ load: LoadPlan) {
        self.init()
        name = load.name
        method = load.request.method
        address = .init(load.request.address)
        headers = load.request.headers.map { header in
            .with {
                $0.name = header.name
                $0.value = header.value
            }
        }
        body = load.request.body
        timeoutNs = load.request.timeout.nanoseconds
        switch load.arrivals {
        case .constant(let rate): constantPerSecond = rate
        case .poisson(let rate): poissonPerSecond = rate
        case .ramp(let from, let to):
            ramp = .with {
                $0.fromPerSecond = from
                $0.toPerSecond = to
            }
        }
        goodStatusFrom = UInt32(load.good.statuses.lowerBound)
        goodStatusTo = UInt32(load.good.statuses.upperBound)
        if let within = load.good.within { goodWithinNs = within.nanoseconds }
        connections = UInt32(load.connections)
    }
}

/// What one host has to do for one scheduled fault; nil when it takes no part.
struct HostShare {
    let addresses: [String: String]

    init(addresses: [String: String]) {
        self.addresses = addresses
    }

    func message(of fault: ScheduledFault, on host: String) -> Faultline_Agent_V1_Fault? {
        var message = Faultline_Agent_V1_Fault()
        message.id = fault.id
        message.startNs = fault.start.nanoseconds
        message.endNs = fault.end.nanoseconds
        switch fault.action {
        case .delay(let hosts, let parameters):
            guard hosts.contains(host) else { return nil }
            message.delay = delay(parameters, on: host)
        case .loss(let hosts, let parameters):
            guard hosts.contains(host) else { return nil }
            message.delay = .with {
                $0.distribution = PlainDistribution.uniform.rawValue
                $0.lossAttos = parameters.share.attos
                $0.peers = peers(parameters.peers, of: host)
            }
        case .partition(let cut):
            // Drops act where packets arrive, so the sender sees nothing (design: a lost packet is lost silently).
            var senders = cut.to.contains(host) ? cut.from : []
            if cut.bothWays, cut.from.contains(host) { senders += cut.to }
            guard !senders.isEmpty else { return nil }
            message.drop = .with { $0.peers = peers(senders, of: host) }
        case .kill(let hosts, let parameters):
            guard hosts.contains(host) else { return nil }
            message.kill = .with {
                $0.service = parameters.service
                $0.signal = parameters.signal
                if let after = parameters.restartAfter { $0.restartAfterNs = after.nanoseconds }
            }
        case .pause(let hosts, let service):
            guard hosts.contains(host) else { return nil }
            message.pause = .with { $0.service = service }
        case .restart(let hosts, let service):
            guard hosts.contains(host) else { return nil }
            message.restart = .with { $0.service = service }
        }
        return message
    }

    private func delay(_ parameters: DelayParameters, on host: String) -> Faultline_Agent_V1_Delay {
        .with {
            $0.latencyNs = parameters.latency.nanoseconds
            $0.jitterNs = parameters.jitter.nanoseconds
            $0.distribution = parameters.distribution.rawValue
            $0.lossAttos = parameters.loss.attos
            $0.peers = peers(parameters.peers, of: host)
        }
    }

    /// By name; none named: every other host.
    private func peers(_ names: [String], of host: String) -> [Faultline_Agent_V1_Peer] {
        let chosen = names.isEmpty ? addresses.keys.filter { $0 != host }.sorted() : names
        return chosen.compactMap { name in
            guard name != host, let address = addresses[name] else { return nil }
            return .with {
                $0.name = name
                $0.address = address
            }
        }
    }
}
