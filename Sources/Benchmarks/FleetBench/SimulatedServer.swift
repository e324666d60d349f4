import AgentProtocol
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Keys
import LinuxSystem
import NIOCore
import Synchronization

/// The process that stands for all simulated hosts: one listener, and the key of the host whose address was called.
enum SimulatedServer {
    /// Until the process is ended.
    static func serve(_ folder: String, version: String) async throws {
        OpenFiles.raiseLimit()
        let doors = Doors(folder: folder)
        let server = GRPCServer(
            transport: HTTP2ServerTransport.Posix(
                address: .ipv4(host: "0.0.0.0", port: SimulatedNetwork.port),
                transportSecurity: .plaintext,
                config: .defaults {
                    $0.rpc.maxRequestPayloadSize = 64 << 20
                    $0.channelDebuggingCallbacks.onAcceptTCPConnection = { channel in
                        channel.eventLoop.makeCompletedFuture { try doors.security(of: channel) }
                            .flatMap { $0.secure(channel) }
                    }
                }
            ),
            services: [SimulatedAgents(version: version)]
        )
        async let serving: Void = server.serve()
        _ = try await server.listeningAddress
        FileHandle.standardOutput.write(Data("listens\n".utf8))
        try await serving
    }

    /// Each host's keys, read when it is first called.
    private final class Doors: Sendable {
        private let folder: String
        private let known = Mutex<[String: ServerSecurity]>([:])

        init(folder: String) {
            self.folder = folder
        }

        func security(of channel: any Channel) throws -> ServerSecurity {
            guard let address = channel.localAddress?.ipAddress, let host = SimulatedNetwork.host(at: address)
            else { throw SystemError("accept", refused: "no host's address") }
            if let known = known.withLock({ $0[host] }) { return known }
            let credentials = try Credentials(folder: SimulatedNetwork.key(host, in: folder))
            let security = try ServerSecurity(credentials, tell: { print($0) }) {
                print("\(host): \($0) \($1)")
            }
            known.withLock { $0[host] = security }
            return security
        }
    }
}
