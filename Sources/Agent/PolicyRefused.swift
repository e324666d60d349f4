import GRPCCore
import Measures
import Policy

/// The host's policy does not allow what was asked, and nothing of it was done.
struct PolicyRefused: ReadableError {
    let code = "agent.policy"
    let refusals: [Refusal]
    var message: String { refusals.map(\.words).joined(separator: "\n") }
    var exitCode: ExitCode { .badInput }

    /// nil when nothing is refused.
    init?(_ refusals: [Refusal]) {
        guard !refusals.isEmpty else { return nil }
        self.refusals = refusals
    }

    /// A status of its own, by which the coordinator tells it from a fault that cannot be armed.
    var rpc: RPCError { RPCError(code: .permissionDenied, message: message) }
}
