import AgentProtocol
import Measures

extension PlanOutline {
    /// What an agent would ask of the kernel, in the kernel's words.
    static func operation(_ action: Faultline_Agent_V1_Fault.OneOf_Action?, backend: String) -> String {
        switch action {
        case .impair(let impair):
            let to = Self.peers(impair.traffic)
            let way =
                backend == "netem"
                ? "nft postrouting to \(to): meta priority set, netem"
                : "nft postrouting to \(to): queue with bypass, held"
            let latency = Duration(nanoseconds: impair.latencyNs).text
            let jitter =
                impair.jitterNs > 0
                ? " ± \(Duration(nanoseconds: impair.jitterNs).text) (\(impair.distribution))" : ""
            let loss = Share(attos: impair.randomLoss.shareAttos).map {
                $0 == .zero ? "" : ", loss \($0.percentText)"
            }
            return "\(way) \(latency)\(jitter)\(loss ?? "")"
        case .drop(let drop):
            return "nft prerouting from \(Self.peers(drop.traffic)): drop on arrival"
        case .reset(let reset): return "sock_diag destroy of connections with \(Self.peers(reset.traffic))"
        case .kill(let kill):
            let after =
                kill.hasRestartAfterNs
                ? ", start again after \(Duration(nanoseconds: kill.restartAfterNs).text)" : ""
            return "pidfd_send_signal(SIG\(kill.signal)) to all of \(kill.target.service)\(after)"
        case .pause(let pause):
            return "pidfd_send_signal(SIGSTOP) to all of \(pause.target.service), SIGCONT at the end"
        case .restart(let restart): return "SIGKILL to all of \(restart.target.service), then start it"
        case .stress: return "stress workers"
        case .limit(let limit): return "a cgroup for \(limit.target.service)"
        case nil: return "nothing"
        }
    }

    private static func peers(_ traffic: Faultline_Agent_V1_Traffic) -> String {
        traffic.peers.map(\.address).joined(separator: ", ")
    }
}
