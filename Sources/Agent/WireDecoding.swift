import AgentProtocol
import Faults
import GRPCCore
import Impairments
import Measures
import Packetfilter
import Plan

// From the wire's types to the plan's. What comes from outside is checked again here: an agent trusts no coordinator.

/// A request that no valid plan makes.
struct WireError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    var rpc: RPCError { RPCError(code: .invalidArgument, message: description) }
}

extension LoadPlan {
    init(_ wire: Faultline_Agent_V1_Load) throws {
        let arrivals: ArrivalProcess
        switch wire.arrivals {
        case .constantPerSecond(let rate): arrivals = .constant(perSecond: try Self.rate(rate))
        case .poissonPerSecond(let rate): arrivals = .poisson(perSecond: try Self.rate(rate))
        case .ramp(let ramp):
            arrivals = .ramp(
                fromPerSecond: try Self.rate(ramp.fromPerSecond),
                toPerSecond: try Self.rate(ramp.toPerSecond)
            )
        case nil: throw WireError("load \(wire.name) has no rate")
        }
        guard let from = UInt16(exactly: wire.goodStatusFrom), let to = UInt16(exactly: wire.goodStatusTo),
            from <= to
        else {
            throw WireError("load \(wire.name) has statuses \(wire.goodStatusFrom) to \(wire.goodStatusTo)")
        }
        guard (1...4096).contains(wire.connections), wire.timeoutNs > 0 else {
            throw WireError(
                "load \(wire.name) has \(wire.connections) connections, time-out \(wire.timeoutNs) ns"
            )
        }
        self.init(
            name: wire.name,
            from: "",
            request: HTTPRequestPlan(
                method: wire.method,
                address: try HTTPAddress(wire.address),
                headers: wire.headers.map { HTTPField(name: $0.name, value: $0.value) },
                body: wire.body,
                timeout: Duration(nanoseconds: wire.timeoutNs)
            ),
            arrivals: arrivals,
            good: GoodCriterion(
                statuses: from...to,
                within: wire.hasGoodWithinNs ? Duration(nanoseconds: wire.goodWithinNs) : nil
            ),
            connections: Int(wire.connections)
        )
    }

    private static func rate(_ value: Double) throws -> Double {
        guard value.isFinite, (0...200_000).contains(value) else { throw WireError("a rate of \(value)/s") }
        return value
    }
}

extension HTTPAddress {
    init(_ wire: Faultline_Agent_V1_HTTPAddress) throws {
        guard let port = UInt16(exactly: wire.port), port > 0, wire.path.hasPrefix("/"), !wire.host.isEmpty
        else {
            throw WireError("the address \(wire.host):\(wire.port)\(wire.path)")
        }
        self.init(host: wire.host, port: port, path: wire.path)
    }
}

extension Impairment {
    init(_ wire: Faultline_Agent_V1_Delay) throws {
        let distributions: [String: DelayDistribution] = ["uniform": .uniform, "normal": .normal]
        guard let distribution = distributions[wire.distribution] else {
            throw WireError("the distribution \(wire.distribution)")
        }
        guard let loss = Share(attos: wire.lossAttos) else {
            throw WireError("a loss of \(wire.lossAttos) / 10^18")
        }
        let longest = Duration.seconds(3600).nanoseconds
        guard (0...longest).contains(wire.latencyNs), (0...longest).contains(wire.jitterNs) else {
            throw WireError("a delay of \(wire.latencyNs) ns ± \(wire.jitterNs) ns")
        }
        self.init(
            latency: Duration(nanoseconds: wire.latencyNs),
            jitter: Duration(nanoseconds: wire.jitterNs),
            distribution: distribution,
            loss: loss == .zero ? .none : .random(loss)
        )
    }
}

extension TrafficFilter {
    init(peers: [Faultline_Agent_V1_Peer], direction: Direction = .egress) throws {
        self.init(
            peers: try peers.map { peer in
                guard let prefix = AddressPrefix(peer.address) else {
                    throw WireError("the address \(peer.address)")
                }
                return prefix
            },
            direction: direction
        )
    }
}
