package import AgentProtocol
import Measures
import Recording

/// Asks every agent who it is, before anything is asked of any: they must understand this coordinator, be the hosts that the
/// file means, and serve nobody else.
package struct AgentsCheck: Sendable {
    let version: String

    package init(version: String) {
        self.version = version
    }

    /// In the order of the connections. Errors: `AgentsUnfit`, with all of them at once; an agent that does not answer.
    func run(on connections: [AgentConnection]) async throws -> [HostFacts] {
        let replies = try await connections.sideBySide { connection in
            (connection.host.name, try await connection.describe())
        }
        let lines = replies.compactMap { host, reply in
            unfitness(of: reply, as: host).map { "\(host): \($0)" }
        }
        guard lines.isEmpty else { throw AgentsUnfit(lines: lines) }
        return replies.map { host, reply in
            HostFacts(
                name: host,
                kernel: reply.kernel,
                processors: Int(reply.processors),
                delayBackend: reply.delayBackend,
                backendReason: reply.delayBackendReason
            )
        }
    }

    /// nil: it fits.
    package func unfitness(of reply: Faultline_Agent_V1_DescribeReply, as host: String) -> String? {
        let match = VersionMatch(agent: reply.version, coordinator: version)
        if let words = match.words(agent: reply.version, coordinator: version) { return words }
        guard reply.host == host else {
            return
                "the agent there calls itself \(reply.host); start it with --host \(host), or call the host so"
        }
        return reply.serving.words.map {
            "it serves \($0); wait for its end, or end it by faultline halt"
        }
    }
}
