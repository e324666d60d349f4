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
import Telemetry

/// The agent's side of the protocol: checks, then one call into the session. One run at a time.
actor AgentService: Faultline_Agent_V1_Agent.SimpleServiceProtocol {
    private let host: String
    private let undo: UndoStore
    private let executable: String
    private let policy: Policy
    private let meter: SharedMeter?
    /// The interface that packet faults act on where the coordinator names none; empty: it must.
    private let interface: String
    let audit: AuditLog?
    /// A word for the service manager: what this agent does.
    private let status: @Sendable (String) -> Void
    private let services = Services()
    /// By service.
    private var logs: [String: WatchedLog] = [:]
    private(set) var session: RunSession?

    /// The agent's own TCP port, which no fault may touch; nil: it has none.
    private let port: UInt16?

    init(
        host: String,
        undo: UndoStore,
        policy: Policy,
        interface: String,
        audit: AuditLog?,
        status: @escaping @Sendable (String) -> Void,
        executable: String,
        port: UInt16? = nil,
        meter: SharedMeter? = nil
    ) {
        self.port = port
        self.host = host
        self.interface = interface
        self.audit = audit
        self.status = status
        self.undo = undo
        self.policy = policy
        self.executable = executable
        self.meter = meter
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
            if request.features {
                $0.features = (FaultSupport.onThisHost() + FaultSupport.containers(of: policy.allowedEngines))
                    .map { .init($0) }
            }
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
            let request = request.on(interface)
            let refusals = try Admission(policy: policy, services: services).refusals(of: request)
            if !refusals.isEmpty {
                meter?.tell { $0.countRefusal() }
                audit?.note(
                    .admit,
                    .refused,
                    rules: refusals.map(\.rule),
                    detail: refusals.map(\.words).joined(separator: "\n")
                )
            }
            return .with { $0.refusals = refusals.map { .init($0) } }
        }
    }

    func startService(
        request: Faultline_Agent_V1_StartServiceRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_StartServiceReply {
        try await refusing(.startService, detail: request.name) {
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
        try await refusing(.openRun, run: request.run) {
            if let serving = await openSession?.serving { throw AgentBusy(serving) }
            try undo.checkGuarded()
            session = nil
            let opened = try RunSession(
                request.on(interface),
                host: host,
                services: services,
                logs: logs.values.sorted { $0.service < $1.service },
                policy: policy,
                undo: undo,
                audit: audit,
                executable: executable,
                port: port,
                meter: meter
            )
            session = opened
            do {
                let reply = try await opened.open(floorsOf: request.floors)
                status("run \(request.run) of \(opened.owner)")
                return reply
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
        try await refusing { try Admission.check(request.faults.count) }
        let session = try owned(request.run)
        let asked = request.faults.map { "\($0.id) \($0.words)" }.joined(separator: ", ")
        return try await refusing(.begin, run: request.run, detail: asked) {
            try await session.begin(request)
        }
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
        audit?.note(.closeRun, .asked, run: request.run, detail: request.reason)
        let differences = await session.close()
        audit?.note(
            .closeRun,
            differences.isEmpty ? .done : .failed,
            run: request.run,
            detail: differences.joined(separator: "\n")
        )
        status("idle")
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

    /// The same, on record: asked before anything is done, and then what came of it.
    private func refusing<Value>(
        _ action: AuditEntry.Action,
        run: String? = nil,
        detail: String? = nil,
        _ body: () async throws -> Value
    ) async throws -> Value {
        try await refusing {
            try audit?.ask(action, run: run, detail: detail)
            do {
                let value = try await body()
                audit?.note(action, .done, run: run)
                return value
            } catch {
                let refusals = (error as? PolicyRefused)?.refusals
                audit?.note(
                    action,
                    refusals == nil ? .failed : .refused,
                    run: run,
                    rules: refusals?.map(\.rule),
                    detail: "\(error)"
                )
                throw error
            }
        }
    }

    /// A refusal keeps its words across the wire; anything else would arrive as "unknown".
    func refusing<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as WireError {
            throw error.rpc
        } catch let error as PolicyRefused {
            meter?.tell { $0.countRefusal() }
            throw error.rpc
        } catch let error as any ReadableError {
            throw RPCError(code: .failedPrecondition, message: error.message)
        }
    }
}
