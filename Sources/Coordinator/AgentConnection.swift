package import AgentProtocol
import GRPCCore
import GRPCNIOTransportHTTP2Posix
package import Keys
import Measures

typealias AgentAPI = Faultline_Agent_V1_Agent
typealias Wire = Faultline_Agent_V1_Happening

/// One agent, reached over gRPC. Every call has a time-out: a frozen agent is a lost agent, not a frozen run.
package final class AgentConnection: Sendable {
    package let host: HostEndpoint
    private let client: GRPCClient<HTTP2ClientTransport.Posix>
    private let agent: AgentAPI.Client<HTTP2ClientTransport.Posix>

    private let security: ClientSecurity?

    /// `credentials`: needed for an agent that is reached over TCP. Errors: they are missing, or can never be accepted.
    package init(_ host: HostEndpoint, credentials: Credentials? = nil) throws {
        self.host = host
        let transport = try AgentTransport(to: host, credentials: credentials)
        security = transport.security
        let client = GRPCClient(transport: transport.posix)
        self.client = client
        self.agent = AgentAPI.Client(wrapping: client)
        // Trying again would be refused again: calls that wait end now, with the reason.
        transport.security?.whenRefused { client.beginGracefulShutdown() }
    }

    /// Keeps the connection; returns after `close()`.
    package func run() async throws {
        try await client.runConnections()
    }

    package func close() {
        client.beginGracefulShutdown()
    }

    package func describe() async throws -> Faultline_Agent_V1_DescribeReply {
        try await named("describe") {
            try await self.agent.describe(.init(), options: Self.within(.seconds(10)))
        }
    }

    func admit(_ request: Faultline_Agent_V1_AdmitRequest) async throws -> Faultline_Agent_V1_AdmitReply {
        try await named("admit") { try await self.agent.admit(request, options: Self.within(.seconds(10))) }
    }

    func startService(
        _ request: Faultline_Agent_V1_StartServiceRequest
    ) async throws -> Faultline_Agent_V1_StartServiceReply {
        let limit = Duration(nanoseconds: request.readyWithinNs) + .seconds(5)
        return try await named("start service \(request.name)") {
            try await self.agent.startService(request, options: Self.within(limit))
        }
    }

    package func openRun(_ request: Faultline_Agent_V1_OpenRunRequest) async throws
        -> Faultline_Agent_V1_OpenRunReply
    {
        try await named("open run") {
            try await self.agent.openRun(request, options: Self.within(.seconds(10)))
        }
    }

    package func begin(_ request: Faultline_Agent_V1_BeginRequest) async throws
        -> Faultline_Agent_V1_BeginReply
    {
        try await named("begin") { try await self.agent.begin(request, options: Self.within(.seconds(10))) }
    }

    package func renew(run: String) async throws -> Faultline_Agent_V1_RenewReply {
        var request = Faultline_Agent_V1_RenewRequest()
        request.run = run
        let message = request
        return try await named("renew") {
            try await self.agent.renew(message, options: Self.within(.milliseconds(700)))
        }
    }

    package func closeRun(run: String, reason: String) async throws -> Faultline_Agent_V1_CloseRunReply {
        var request = Faultline_Agent_V1_CloseRunRequest()
        request.run = run
        request.reason = reason
        let message = request
        return try await named("close run") {
            try await self.agent.closeRun(message, options: Self.within(.seconds(20)))
        }
    }

    /// Every happening until the agent closes the run.
    package func watch(
        run: String,
        each: @Sendable @escaping (Faultline_Agent_V1_Happening) async throws -> Void
    ) async throws {
        var request = Faultline_Agent_V1_WatchRequest()
        request.run = run
        let message = request
        try await named("watch") {
            try await self.agent.watch(message) { response in
                for try await happening in response.messages { try await each(happening) }
            }
        }
    }

    private static func within(_ limit: Duration) -> CallOptions {
        var options = CallOptions.defaults
        options.timeout = limit
        return options
    }

    private func named<Result: Sendable>(
        _ call: String,
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch let error as RPCError {
            if let reason = security?.reason { throw AgentError(host: host.name, refusedKey: reason) }
            throw AgentError(host: host.name, call: call, error: error)
        } catch let error as RuntimeError {
            guard let reason = security?.reason else { throw error }
            throw AgentError(host: host.name, refusedKey: reason)
        }
    }
}

/// An agent refused, failed or went away.
struct AgentError: ReadableError {
    let code: String
    let message: String
    let exitCode: ExitCode
    let isRefusal: Bool

    init(host: String, call: String, error: RPCError) {
        guard error.code != .unauthenticated else {
            self.init(host: host, refusedKey: error.message)
            return
        }
        let isPolicy = error.code == .permissionDenied
        let isRefusal = isPolicy || error.code == .failedPrecondition || error.code == .invalidArgument
        self.init(
            code: isPolicy ? "agent.policy" : isRefusal ? "agent.refused" : "agent.lost",
            message: isRefusal
                ? "\(host): \(error.message)"
                : "the agent on \(host) did not answer '\(call)': \(error.message) (\(error.code))",
            exitCode: isPolicy ? .badInput : .agentFailed,
            isRefusal: isRefusal
        )
    }

    /// No connection, or none that is obeyed, with this key.
    init(host: String, refusedKey reason: String) {
        self.init(
            code: "agent.keys",
            message: "\(host): \(reason)",
            exitCode: .badInput,
            isRefusal: true
        )
    }

    private init(code: String, message: String, exitCode: ExitCode, isRefusal: Bool) {
        (self.code, self.message) = (code, message)
        (self.exitCode, self.isRefusal) = (exitCode, isRefusal)
    }
}
