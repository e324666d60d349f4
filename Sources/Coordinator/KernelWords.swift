import AgentProtocol
import Measures

extension PlanOutline {
    /// What an agent would ask of the kernel, in the kernel's words.
    static func operation(_ action: Faultline_Agent_V1_Fault.OneOf_Action?, backend: String) -> String {
        switch action {
        case .delay(let delay):
            let to = delay.peers.map(\.address).joined(separator: ", ")
            let latency = Duration(nanoseconds: delay.latencyNs).text
            let jitter =
                delay.jitterNs > 0
                ? " ± \(Duration(nanoseconds: delay.jitterNs).text) (\(delay.distribution))" : ""
            let loss =
                Share(attos: delay.lossAttos).map { $0 == .zero ? "" : ", loss \($0.percentText)" } ?? ""
            let way =
                backend == "netem"
                ? "nft postrouting to \(to): meta priority set, netem delay"
                : "nft postrouting to \(to): queue with bypass, held for"
            return "\(way) \(latency)\(jitter)\(loss)"
        case .drop(let drop):
            return "nft prerouting from \(drop.peers.map(\.address).joined(separator: ", ")): drop on arrival"
        case .kill(let kill):
            let after =
                kill.hasRestartAfterNs
                ? ", start again after \(Duration(nanoseconds: kill.restartAfterNs).text)" : ""
            return "pidfd_send_signal(SIG\(kill.signal)) to all of \(kill.service)\(after)"
        case .pause(let pause):
            return "pidfd_send_signal(SIGSTOP) to all of \(pause.service), SIGCONT at the end"
        case .restart(let restart): return "SIGKILL to all of \(restart.service), then start it"
        case nil: return "nothing"
        }
    }
}
