import AgentProtocol
import Faults
import Impairments
import Measures
import Plan
import Schedule
import Timeline

extension PlanOutline {
    /// What an agent would ask of the kernel, in the kernel's words: the impairment's are those that the agent reports.
    static func operation(
        _ action: Faultline_Agent_V1_Fault.OneOf_Action?,
        of fault: ScheduledFault,
        backend: String
    ) -> String {
        switch (action, fault.action) {
        case (.impair(let wire), .impairment(_, _, let asked, _)):
            let limit = asked.packetLimit.map { ", limit \($0)" } ?? ""
            let way = backend == "netem" ? "meta priority, detour to" : "queue with bypass,"
            return
                "nft \(hooks(wire.traffic)) \(traffic(wire.traffic)): \(way) \(backend) \(asked.words)\(limit)"
        case (.drop(let drop), _): return "nft prerouting \(traffic(drop.traffic)): drop on arrival"
        case (.reset(let reset), _):
            return "SOCK_DESTROY of established TCP connections \(traffic(reset.traffic))"
        case (.kill(let kill), .kill(_, let plan)):
            let after =
                kill.hasRestartAfterNs
                ? ", start again after \(Duration(nanoseconds: kill.restartAfterNs).text)" : ""
            return "pidfd_send_signal(SIG\(kill.signal)) to all of \(plan.target.words)\(after)"
        case (.pause(let pause), .pause(_, let plan)):
            return pause.freezer
                ? "cgroup freezer for all of \(plan.target.words)"
                : "pidfd_send_signal(SIGSTOP) to all of \(plan.target.words), SIGCONT at the end"
        case (.restart, .restart(_, let target)): return "SIGKILL to all of \(target.words), then start it"
        case (.stress, .stress(_, let plan)): return "workers: \(plan.words)"
        case (.limit, .limit(_, let plan)): return "cgroup of \(plan.target.words): \(plan.words)"
        default: return "nothing"
        }
    }

    private static func hooks(_ traffic: Faultline_Agent_V1_Traffic) -> String {
        switch traffic.direction {
        case "ingress": "arriving"
        case "both": "leaving and arriving"
        default: "leaving"
        }
    }

    /// "{10.77.0.11, 10.77.0.12} tcp port 80-81": what a packet must match, in few words.
    private static func traffic(_ traffic: Faultline_Agent_V1_Traffic) -> String {
        var parts = ["{\(traffic.peers.map(\.address).joined(separator: ", "))}"]
        if !traffic.protocol.isEmpty { parts.append(traffic.protocol) }
        if !traffic.ports.isEmpty {
            let ports = traffic.ports.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }
            parts.append("port \(ports.joined(separator: ","))")
        }
        if !traffic.interface.isEmpty { parts.append("by \(traffic.interface)") }
        if !traffic.cgroup.isEmpty { parts.append("cgroup \(traffic.cgroup)") }
        if !traffic.user.isEmpty { parts.append("user \(traffic.user)") }
        if let flows = Share(attos: traffic.flowsAttos), flows != .one {
            parts.append("\(flows.percentText) of flows")
        }
        return parts.joined(separator: " ")
    }
}
