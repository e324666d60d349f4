import AgentProtocol
import Faults
import Foundation
import GRPCCore
import LinuxSystem
import Measures
import Packetfilter
import Policy
import Processes
import SwiftProtobuf

/// The agent's side of the protocol: checks, then one call into the session. One run at a time.
actor AgentService: Faultline_Agent_V1_Agent.SimpleServiceProtocol {
    private let host: String
    private let undo: UndoStore
    private let executable: String
    private let policy: Policy
    private let services = Services()
    /// By service.
    private var logs: [String: WatchedLog] = [:]
    private(set) var session: RunSession?

    /// The agent's own TCP port, which no fault may touch; nil: it has none.
    private let port: UInt16?

    init(host: String, undo: UndoStore, policy: Policy, executable: String, port: UInt16? = nil) {
        self.port = port
        self.host = host
        self.undo = undo
        self.policy = policy
        self.executable = executable
    }

    /// A run that is over may still have something to tell, and keeps nobody out.
    var openSession: RunSession? {
        get async {
            guard let session, await !session.hasEnded else { return nil }
            return session
        }
    }

    func describe(
        request: Faultline_Agent_V1_DescribeRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_DescribeReply {
        let probed: (backend: DelayBackend, reason: String) =
            (try? DelayBackend.probe(FilterSocket())) ?? (
                .none, "no nf_tables in this kernel, or no CAP_NET_ADMIN"
            )
        let serving = await openSession?.serving
        return .with {
            if let serving { $0.serving = serving }
            if request.features { $0.features = FaultSupport.onThisHost().map { .init($0) } }
            $0.host = host
            $0.version = AgentVersion.current
            $0.kernel = HostKernel.release
            $0.processors = UInt32(ProcessInfo.processInfo.activeProcessorCount)
            $0.delayBackend = probed.backend.name
            $0.delayBackendReason = probed.reason
            $0.pid = ProcessInfo.processInfo.processIdentifier
        }
    }

    func admit(
        request: Faultline_Agent_V1_AdmitRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_AdmitReply {
        try await refusing {
            let refusals = try Admission(policy: policy, services: services).refusals(of: request)
            return .with { $0.refusals = refusals.map { .init($0) } }
        }
    }

    func startService(
        request: Faultline_Agent_V1_StartServiceRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_StartServiceReply {
        try await refusing {
            if let refusal = policy.refusal(ofService: request.name),
                let refused = PolicyRefused([refusal])
            {
                throw refused
            }
            let log = try WatchedLog(request)
            let began = Clocks.monotonic()
            let service = try ServiceProcess.start(
                ServiceCommand(
                    name: request.name,
                    command: Command(
                        request.command,
                        environment: Environment.inherited,
                        directory: request.directory,
                        log: request.logPath
                    )
                )
            )
            services.add(service)
            logs[request.name] = log
            try await Readiness.wait(for: request, service: service)
            return .with {
                $0.pid = service.identity.pid
                $0.readyAfterNs = Clocks.monotonic() - began
            }
        }
    }

    func openRun(
        request: Faultline_Agent_V1_OpenRunRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_OpenRunReply {
        try await refusing {
            if let serving = await openSession?.serving { throw AgentBusy(serving) }
            try undo.checkGuarded()
            session = nil
            let opened = try RunSession(
                request,
                host: host,
                services: services,
                logs: logs.values.sorted { $0.service < $1.service },
                policy: policy,
                undo: undo,
                executable: executable,
                port: port
            )
            session = opened
            do {
                return try await opened.open(floorsOf: request.floors)
            } catch {
                // It has no lease yet that would end it.
                _ = await opened.close()
                throw error
            }
        }
    }

    func watch(
        request: Faultline_Agent_V1_WatchRequest,
        response: RPCWriter<Faultline_Agent_V1_Happening>,
        context: ServerContext
    ) async throws {
        let session = try current(request.run)
        try await session.out.tell(after: request.after) { try await response.write($0) }
    }

    func begin(
        request: Faultline_Agent_V1_BeginRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_BeginReply {
        let session = try owned(request.run)
        return try await refusing { try await session.begin(request) }
    }

    func renew(
        request: Faultline_Agent_V1_RenewRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_RenewReply {
        let session = try owned(request.run)
        session.out.acknowledge(request.acknowledged)
        return try await refusing { try await session.renew() }
    }

    func closeRun(
        request: Faultline_Agent_V1_CloseRunRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_CloseRunReply {
        let session = try owned(request.run)
        let differences = await session.close()
        return .with { $0.differences = differences }
    }

    /// SIGTERM: heal what acts, then the process may end.
    func shutDown() async -> [String] {
        await session?.close() ?? []
    }

    func current(_ run: String) throws -> RunSession {
        guard let session, session.run == run else {
            throw RPCError(code: .failedPrecondition, message: "no run \"\(run)\" is open here")
        }
        return session
    }

    /// The run, for who opened it: its name is no secret, and others might ask for it.
    func owned(_ run: String) throws -> RunSession {
        let session = try current(run)
        guard session.owner == Caller.current.name else {
            throw RPCError(code: .failedPrecondition, message: "the run \(run) is \(session.owner)'s")
        }
        return session
    }

    /// A refusal keeps its words across the wire; anything else would arrive as "unknown".
    func refusing<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as WireError {
            throw error.rpc
        } catch let error as PolicyRefused {
            throw error.rpc
        } catch let error as any ReadableError {
            throw RPCError(code: .failedPrecondition, message: error.message)
        }
    }
}
