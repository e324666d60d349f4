/// Where a host's agent answers.
package enum AgentAddress: Sendable, Equatable {
    /// A Unix socket on this machine: whoever may open it may command the agent.
    case unix(path: String)
    /// Mutual TLS 1.3, always. `host`: an IP address, or a name that resolves.
    case tcp(host: String, port: UInt16)
}
