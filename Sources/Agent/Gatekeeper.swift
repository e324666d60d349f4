import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Keys
import Measures
import Policy

/// Stands before every call that comes over TCP. TLS has shown that the caller holds a key of the authority; here it is asked
/// of each call whose key that is, whether it still counts, and whether the policy names it.
struct Gatekeeper: ServerInterceptor {
    let trust: Trust
    let policy: Policy
    /// Each call that is refused: who called ("coordinator/laptop", or an address), from where, what, and why not.
    let refused:
        @Sendable (_ who: String, _ peer: String, _ method: String, _ error: any ReadableError) -> Void

    /// What an operator's key may call; the rest changes something, and is a coordinator's.
    static let ofOperators: Set<String> = ["Describe", "Status", "Halt"]

    @concurrent func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>,
        context: ServerContext,
        next:
            @concurrent @Sendable (
                _ request: StreamingServerRequest<Input>,
                _ context: ServerContext
            ) async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        let identity: Identity
        do {
            identity = try admit(context)
        } catch let error as PolicyRefused {
            throw error.rpc
        } catch let error as KeyError {
            throw RPCError(code: .unauthenticated, message: error.message)
        }
        return try await Caller.$current.withValue(.peer(identity, address: context.remotePeer)) {
            try await next(request, context)
        }
    }

    private func admit(_ context: ServerContext) throws -> Identity {
        let peer = context.transportSpecific as? HTTP2ServerTransport.Posix.Context
        guard let certificate = peer?.peerCertificate, let identity = Identity(of: certificate) else {
            let error = KeyError("none", "the call came without a certificate")
            refused(context.remotePeer, context.remotePeer, context.descriptor.method, error)
            throw error
        }
        do {
            try trust.check(certificate, identity)
            try checkRole(of: identity, method: context.descriptor.method)
            return identity
        } catch let error as any ReadableError {
            let who = Caller.peer(identity, address: context.remotePeer).name
            refused(who, context.remotePeer, context.descriptor.method, error)
            throw error
        }
    }

    private func checkRole(of identity: Identity, method: String) throws {
        let role: Policy.CallerRole
        switch identity.role {
        case .agent:
            throw KeyError(
                "role",
                "the key of \(identity.text) commands no agent; issue one by faultline keys issue --coordinator NAME"
            )
        case .operator:
            guard Self.ofOperators.contains(method) else {
                throw KeyError(
                    "role",
                    "the key of \(identity.text) may ask and halt, and \(method) is a coordinator's; issue one by faultline "
                        + "keys issue --coordinator NAME"
                )
            }
            role = .operator
        case .coordinator: role = .coordinator
        }
        if let refusal = policy.refusal(of: role, named: identity.name),
            let refused = PolicyRefused([refusal])
        {
            throw refused
        }
    }
}
