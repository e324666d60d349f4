import AgentProtocol
import Policy

/// How a session asks its host's policy.
extension RunSession {
    /// Before the first fault is armed, about all of them: one that is refused refuses the whole.
    func askPolicy(about request: Faultline_Agent_V1_BeginRequest) throws {
        let requests = try admission.requests(request.faults, interface: interface)
        let capture = request.capturePath.isEmpty ? nil : admission.policy.captureRefusal
        let refusals = admission.policy.refusals(of: requests, beside: admitted) + [capture].compactMap { $0 }
        if let refused = PolicyRefused(refusals) { throw refused }
        admitted += requests
    }
}
