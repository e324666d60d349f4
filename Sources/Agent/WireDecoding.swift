import AgentProtocol
import GRPCCore
import Measures
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
        let arrivals = try ArrivalProcess(wire)
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
