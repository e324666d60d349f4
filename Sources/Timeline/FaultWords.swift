import Measures
import Plan
package import Schedule

extension ScheduledFault.Action {
    /// For people: "delay 100ms ± 10ms on web1 to lb".
    package var words: String {
        switch self {
        case .delay(let hosts, let delay):
            var text = "delay \(delay.latency.text)"
            if delay.jitter > .zero { text += " ± \(delay.jitter.text)" }
            if delay.loss != .zero { text += " and loss \(delay.loss.percentText)" }
            return text + Self.on(hosts) + Self.to(delay.peers)
        case .loss(let hosts, let loss):
            return "loss \(loss.share.percentText)" + Self.on(hosts) + Self.to(loss.peers)
        case .partition(let cut):
            let arrow = cut.bothWays ? "|" : "→"
            return "partition \(Self.list(cut.from)) \(arrow) \(Self.list(cut.to))"
        case .kill(let hosts, let kill):
            var text = "kill \(kill.service) with SIG\(kill.signal)" + Self.on(hosts)
            if let after = kill.restartAfter { text += ", restart after \(after.text)" }
            return text
        case .pause(let hosts, let service): return "pause \(service)" + Self.on(hosts)
        case .restart(let hosts, let service): return "restart \(service)" + Self.on(hosts)
        }
    }

    private static func on(_ hosts: [String]) -> String { hosts.isEmpty ? "" : " on \(list(hosts))" }
    private static func to(_ peers: [String]) -> String { peers.isEmpty ? "" : " to \(list(peers))" }
    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
