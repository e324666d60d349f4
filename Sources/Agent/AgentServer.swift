import Faults
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Journal
import LinuxSystem
import Measures
package import Policy
import Processes
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The agent process: a journal, a guardian and a gRPC server on a Unix socket.
package struct AgentServer: Sendable {
    let host: String
    let socketPath: String
    let stateFolder: String
    let executable: String

    package init(host: String, socketPath: String, stateFolder: String, executable: String) {
        self.host = host
        self.socketPath = socketPath
        self.stateFolder = stateFolder
        self.executable = executable
    }

    /// Serves until SIGTERM or SIGINT; then heals and returns. What a dead agent left is undone first, also when the policy
    /// cannot be read and the agent does not start.
    package func run(policy read: () throws -> Policy) async throws {
        try Directory.make(stateFolder)
        let journal = try Journal(path: "\(stateFolder)/journal.sqlite")
        for line in try Replay.run(journal) { log(line) }
        let policy = try read()
        let guardian = try GuardianLink(executable: executable, log: "\(stateFolder)/guardian.log")
        let service = AgentService(
            host: host,
            undo: UndoStore(guardian: guardian, journal: journal),
            policy: policy,
            executable: executable
        )
        // A socket that a dead agent left would make the bind fail.
        unlink(socketPath)
        let server = GRPCServer(
            transport: .http2NIOPosix(
                address: .unixDomainSocket(path: socketPath),
                transportSecurity: .plaintext
            ),
            services: [service]
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve() }
            group.addTask {
                await Signals.first(of: [SIGTERM, SIGINT])
                for difference in await service.shutDown() { log("not healed: \(difference)") }
                server.beginGracefulShutdown()
            }
            log("policy: \(policy.fileName ?? "the standard one")")
            log("agent \(host) listens on \(socketPath), guardian pid \(guardian.process.pid)")
            try await group.next()
            group.cancelAll()
        }
        unlink(socketPath)
    }

    private func log(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
