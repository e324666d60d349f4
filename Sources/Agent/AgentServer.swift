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
        // A predecessor that was killed a moment ago may still be ending.
        let lock = try FolderLock(StateLocks.ofAgent(in: stateFolder), patience: 5_000_000_000)
        guard lock != nil else {
            throw FaultError(
                "agent.second",
                "another agent runs with the state folder \(stateFolder); end that one, or choose another --state"
            )
        }
        let path = "\(stateFolder)/journal.sqlite"
        for line in try Replay(path: path).lines { Self.log(line) }
        let journal = try Journal(path: path)
        let policy = try read()
        let (lost, loss) = AsyncStream.makeStream(of: Void.self)
        let guardian = try GuardianPost(
            executable: executable,
            folder: stateFolder,
            tell: { Self.log($0) },
            isLost: { loss.finish() }
        )
        let service = AgentService(
            host: settings.host,
            undo: UndoStore(guardian: guardian, journal: journal),
            policy: policy,
            executable: executable,
            port: settings.network?.address.port
        )
        let door = try settings.network.map {
            try NetworkDoor(
                $0,
                host: settings.host,
                service: service,
                policy: policy,
                largestRequest: Self.largestRequest,
                tell: { Self.log($0) },
                refused: { who, error in Self.log("\(who) is refused: \(error.message)") }
            )
        }
        // A socket that a dead agent left would make the bind fail.
        unlink(socketPath)
        let server = GRPCServer(
            transport: .http2NIOPosix(
                address: .unixDomainSocket(path: socketPath),
                transportSecurity: .plaintext,
                config: .defaults { $0.rpc.maxRequestPayloadSize = Self.largestRequest }
            ),
            services: [service]
        )
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
                await Signals.first(of: [SIGTERM, SIGINT])
                for difference in await service.shutDown() { Self.log("not healed: \(difference)") }
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
            StartupCode.giveBack()
            try await group.next()
            group.cancelAll()
        }
        unlink(socketPath)
        _ = consume lock
    }

    private static func log(_ text: String) { StandardError.say(text) }
}
