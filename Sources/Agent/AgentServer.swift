import Faults
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Journal
import LinuxSystem
import Measures
import Plan
package import Policy
import Processes
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The agent process: a journal, a guardian, and gRPC servers on a Unix socket and, with keys, on TCP.
package struct AgentServer: Sendable {
    private let settings: AgentSettings

    package init(_ settings: AgentSettings) {
        self.settings = settings
    }

    /// Bytes: sixteen loads, each with its data and its trace.
    private static let largestRequest = 64 << 20

    /// Serves until SIGTERM or SIGINT; then heals and returns. What a dead agent left is undone first, also when the policy
    /// cannot be read and the agent does not start.
    package func run(policy read: () throws -> Policy) async throws {
        let (stateFolder, socketPath, executable) = (
            settings.stateFolder, settings.socketPath, settings.executable
        )
        try Directory.make(stateFolder)
        for path in [socketPath, settings.audit?.file].compactMap(\.self) {
            if let end = path.lastIndex(of: "/"), end > path.startIndex {
                try Directory.make(String(path[..<end]))
            }
        }
        // A predecessor that was killed a moment ago may still be ending.
        let lock = try FolderLock(StateLocks.ofAgent(in: stateFolder), patience: 5_000_000_000)
        guard lock != nil else {
            throw FaultError(
                "agent.second",
                "another agent runs with the state folder \(stateFolder); end that one, or choose another --state"
            )
        }
        let path = "\(stateFolder)/journal.sqlite"
        let audit = settings.audit.map {
            AuditLog(
                LineFile($0.file, most: $0.size, files: $0.files),
                host: settings.host,
                tell: { Self.log($0) }
            )
        }
        for line in try Replay(path: path).lines {
            Self.log(line)
            audit?.note(.recover, .done, who: "agent", detail: line)
        }
        let journal = try Journal(path: path)
        let policy = try read()
        let (lost, loss) = AsyncStream.makeStream(of: Void.self)
        let guardian = try GuardianPost(
            executable: executable,
            folder: stateFolder,
            tell: { Self.log($0) },
            isLost: { loss.finish() }
        )
        let notifier = ServiceNotifier(environment: ProcessInfo.processInfo.environment, pid: getpid())
        let life = ServiceLife(notifier, socketPath: socketPath) { Self.log($0) }
        let undo = UndoStore(guardian: guardian, journal: journal)
        let service = AgentService(
            host: settings.host,
            undo: undo,
            policy: policy,
            interface: settings.interface,
            audit: audit,
            status: { life.status($0) },
            executable: executable,
            port: settings.network?.address.port,
            meter: settings.meter
        )
        let door = try settings.network.map {
            try NetworkDoor(
                $0,
                host: settings.host,
                service: service,
                policy: policy,
                largestRequest: Self.largestRequest,
                audit: audit,
                tell: { Self.log($0) }
            )
        }
        // A socket that a dead agent left would make the bind fail.
        unlink(socketPath)
        let socket = HTTP2ServerTransport.Posix(
            address: .unixDomainSocket(path: socketPath),
            transportSecurity: .plaintext,
            config: .defaults {
                $0.rpc.maxRequestPayloadSize = Self.largestRequest
                $0.channelDebuggingCallbacks.onAcceptTCPConnection = ReadLoopEnd.watched {
                    SocketPeer.record(of: $0, in: audit)
                }
            }
        )
        let server = GRPCServer(transport: socket, services: [service])
        let ending = Signals([SIGTERM, SIGINT])
        try audit?.ask(.start, detail: "policy \(policy.fileName ?? "the standard one")")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve() }
            if let door { group.addTask { try await door.server.serve() } }
            // Without a guardian nothing may act: what does is healed, and what is asked for is refused.
            group.addTask {
                for await _ in lost {}
                if !Task.isCancelled {
                    for difference in await service.shutDown() { Self.log("not healed: \(difference)") }
                }
                try? await Task.sleep(for: .seconds(1 << 30))
            }
            group.addTask {
                await ending.first()
                life.stopping()
                let differences = await service.shutDown()
                for difference in differences { Self.log("not healed: \(difference)") }
                audit?.note(
                    .stop,
                    differences.isEmpty ? .done : .failed,
                    who: "agent",
                    detail: differences.joined(separator: "\n")
                )
                server.beginGracefulShutdown()
                door?.server.beginGracefulShutdown()
            }
            Self.log("policy: \(policy.fileName ?? "the standard one")")
            if let door {
                Self.log("agent \(settings.host) listens on TCP \(try await door.address), keys only")
            }
            Self.log(
                "agent \(settings.host) listens on \(socketPath), guardian pid \(guardian.process?.pid ?? 0)"
            )
            _ = try await socket.listeningAddress
            life.ready()
            group.addTask {
                try await life.watch { try undo.checkGuarded() }
                try? await Task.sleep(for: .seconds(1 << 30))
            }
            StartupMemory.giveBack()
            try await group.next()
            group.cancelAll()
        }
        unlink(socketPath)
        _ = consume lock
    }

    private static func log(_ text: String) { StandardError.say(text) }
}
