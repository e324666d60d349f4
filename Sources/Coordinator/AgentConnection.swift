package import AgentProtocol
import GRPCCore
import GRPCNIOTransportHTTP2Posix
package import Keys
import Measures
import SwiftProtobuf
import Synchronization

typealias AgentAPI = Faultline_Agent_V1_Agent
typealias Wire = Faultline_Agent_V1_Happening

/// One agent, reached over gRPC. Every call has a time-out: a frozen agent is a lost agent, not a frozen run.
package final class AgentConnection: Sendable {
    package let host: HostEndpoint
    private let credentials: Credentials?
    private let line: Mutex<Line>
    private let (resets, reset) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let (calls, called) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// One client of gRPC; another takes its place when nothing comes through any more.
    private struct Line: Sendable {
        let client: GRPCClient<HTTP2ClientTransport.Posix>
        let agent: AgentAPI.Client<HTTP2ClientTransport.Posix>
        let security: ClientSecurity?

        init(to host: HostEndpoint, _ credentials: Credentials?) throws {
            let transport = try AgentTransport(to: host, credentials: credentials)
            let client = GRPCClient(transport: transport.posix)
            self.client = client
            agent = AgentAPI.Client(wrapping: client)
            security = transport.security
            // Trying again would be refused again: calls that wait end now, with the reason.
            security?.whenRefused { client.beginGracefulShutdown() }
        }
    }

    /// `credentials`: needed for an agent that is reached over TCP. Errors: they are missing, or can never be accepted.
    package init(_ host: HostEndpoint, credentials: Credentials? = nil) throws {
        self.host = host
        self.credentials = credentials
        line = Mutex(try Line(to: host, credentials))
    }

    var agent: AgentAPI.Client<HTTP2ClientTransport.Posix> { line.withLock { $0.agent } }

    /// Connects when it is first called, and keeps the connection; returns after `close()`. Thousands that connected at once
    /// would all wait for the last of their handshakes.
    package func run() async throws {
        for await _ in calls { break }
        while true {
            let client = line.withLock { $0.client }
            let isReset = await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try? await client.runConnections()
                    return false
                }
                group.addTask { [resets] in
                    for await _ in resets { return true }
                    return false
                }
                let first = await group.next() ?? false
                group.cancelAll()
                return first
            }
            guard isReset, !Task.isCancelled else { return }
            let next = try Line(to: host, credentials)
            line.withLock { $0 = next }
        }
    }

    /// Gives up what is under way, and connects anew: TCP alone would wait for its own repetitions, which grow to minutes.
    func renewConnection() { reset.yield() }

    package func close() {
        reset.finish()
        called.finish()
        line.withLock { $0.client.beginGracefulShutdown() }
    }

    package func describe(features: Bool = false) async throws -> Faultline_Agent_V1_DescribeReply {
        try await named("describe") {
            try await self.agent.describe(
                .with { $0.features = features },
                options: Self.within(.seconds(10))
            )
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

    /// `acknowledged`: the last of what it told that is written down.
    package func renew(
        run: String,
        acknowledged: UInt64 = 0,
        within limit: Duration = .milliseconds(700)
    ) async throws -> Faultline_Agent_V1_RenewReply {
        var request = Faultline_Agent_V1_RenewRequest()
        request.run = run
        request.acknowledged = acknowledged
        let message = request
        return try await named("renew") {
            try await self.agent.renew(message, options: Self.within(limit))
        }
    }

    package func closeRun(
        run: String,
        reason: String,
        within limit: Duration = .seconds(20)
    ) async throws -> Faultline_Agent_V1_CloseRunReply {
        var request = Faultline_Agent_V1_CloseRunRequest()
        request.run = run
        request.reason = reason
        let message = request
        return try await named("close run") {
            try await self.agent.closeRun(message, options: Self.within(limit))
        }
    }

    /// Every happening after this number until the agent closes the run.
    package func watch(
        run: String,
        after number: UInt64 = 0,
        each: @Sendable @escaping (Faultline_Agent_V1_Happening) async throws -> Void
    ) async throws {
        var request = Faultline_Agent_V1_WatchRequest()
        request.run = run
        request.after = number
        let message = request
        try await named("watch") {
            try await self.agent.watch(message) { response in
                for try await happening in response.messages { try await each(happening) }
            }
        }
    }

    /// Why TLS did not come about; nil: nothing is known against it.
    private var refusedKey: String? { line.withLock { $0.security }?.reason }

    static func within(_ limit: Duration) -> CallOptions {
        var options = CallOptions.defaults
        options.timeout = limit
        return options
    }

    func named<Result: Sendable>(
        _ call: String,
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        called.yield()
        do {
            return try await body()
        } catch let error as RPCError {
            if let reason = refusedKey { throw AgentError(host: host.name, refusedKey: reason) }
            throw AgentError(host: host.name, call: call, error: error)
        } catch let error as RuntimeError {
            guard let reason = refusedKey else { throw error }
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
