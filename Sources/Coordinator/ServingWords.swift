package import AgentProtocol
import Foundation
package import Measures

extension Faultline_Agent_V1_Serving {
    /// "the run R of the experiment E, of ana@laptop, since 2026-11-26T21:10:03Z"; nil: it serves nobody.
    package var words: String? {
        guard !run.isEmpty else { return nil }
        let since = Date(timeIntervalSince1970: Double(sinceUnixNs) / 1e9).formatted(.iso8601)
        let named = experiment.isEmpty ? "" : " of the experiment \(Self.plain(experiment))"
        let whose = coordinator.isEmpty ? "" : ", of \(Self.plain(coordinator))"
        return "the run \(Self.plain(run))\(named)\(whose), since \(since)"
    }

    /// Another coordinator named it: nothing of that may act on a terminal.
    private static func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(200).map {
                $0.properties.generalCategory == .control ? " " : Character($0)
            }
        )
    }
}

/// Agents that cannot serve this run; nothing was touched on any host.
package struct AgentsUnfit: ReadableError {
    /// "web1: …", in the order of the hosts; never empty.
    package let lines: [String]

    package var code: String { "run.agents" }
    package var exitCode: ExitCode { .agentFailed }
    package var message: String { lines.joined(separator: "\n") + "\nnothing was touched on any host" }
}
