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
        let plan: Plan
        do {
            plan = try Plan(yaml: wire.file, fileName: "load.yaml", subject: .load)
        } catch {
            throw WireError("a load that is none: \(error.message)")
        }
        guard plan.loads.count == 1, plan.faults.isEmpty else { throw WireError("more than one load") }
        self = plan.loads[0]
    }
}

extension HistoryPlan {
    init(_ wire: Faultline_Agent_V1_History) throws {
        let plan: Plan
        do {
            plan = try Plan(yaml: wire.file, fileName: "history.yaml", subject: .load)
        } catch {
            throw WireError("a history that is none: \(error.message)")
        }
        guard plan.histories.count == 1, plan.loads.isEmpty, plan.faults.isEmpty else {
            throw WireError("more than one history")
        }
        self = plan.histories[0]
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
