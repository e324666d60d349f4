package import AgentProtocol
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Measures

typealias AgentAPI = Faultline_Agent_V1_Agent
typealias Wire = Faultline_Agent_V1_Happening

/// One agent, reached over gRPC. Every call has a time-out: a frozen agent is a lost agent, not a frozen run.
package final class AgentConnection: Sendable {
    package let host: HostEndpoint
    private let client: GRPCClient<HTTP2ClientTransport.Posix>
    private let agent: AgentAPI.Client<HTTP2ClientTransport.Posix>

    package init(_ host: HostEndpoint) throws {
        self.host = host
        let transport =
            switch host.agent {
            case .unix(let path):
                try HTTP2ClientTransport.Posix(
                    target: .unixDomainSocket(path: path),
                    transportSecurity: .plaintext
                )
            }
        self.client = GRPCClient(transport: transport)
        self.agent = AgentAPI.Client(wrapping: client)
    }

    /// Keeps the connection; returns after `close()`.
    package func run() async throws {
        try await client.runConnections()
    }

    package func close() {
        client.beginGracefulShutdown()
    }

    func describe() async throws -> Faultline_Agent_V1_DescribeReply {
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
            throw AgentError(host: host.name, call: call, error: error)
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
        let isPolicy = error.code == .permissionDenied
        isRefusal = isPolicy || error.code == .failedPrecondition || error.code == .invalidArgument
        code = isPolicy ? "agent.policy" : isRefusal ? "agent.refused" : "agent.lost"
        exitCode = isPolicy ? .badInput : .agentFailed
        message =
            isRefusal
            ? "\(host): \(error.message)"
            : "the agent on \(host) did not answer '\(call)': \(error.message) (\(error.code))"
    }
}
