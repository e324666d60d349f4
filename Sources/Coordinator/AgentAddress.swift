/// Where a host's agent answers.
package enum AgentAddress: Sendable, Equatable {
    /// A Unix socket on this machine: whoever may open it may command the agent.
    case unix(path: String)
}
