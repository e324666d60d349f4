import AgentProtocol
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import SwiftProtobuf
import Synchronization

/// The part of an agent of another version that comes before anything is touched: it says who it is, on a socket of its own,
/// and counts whatever else it is asked for.
final class OtherVersion: RegistrableRPCService {
    private let version: String
    /// Calls besides Describe.
    let touched = Atomic<Int>(0)

    private init(_ version: String) { self.version = version }

    static func with(
        _ version: String,
        socket: String,
        _ body: @Sendable @escaping (OtherVersion) async throws -> Void
    ) async throws {
        let service = OtherVersion(version)
        let server = GRPCServer(
            transport: .http2NIOPosix(
                address: .unixDomainSocket(path: socket),
                transportSecurity: .plaintext
            ),
            services: [service]
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve() }
            try await body(service)
            server.beginGracefulShutdown()
            try await group.waitForAll()
        }
    }

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        router.registerHandler(
            forMethod: Faultline_Agent_V1_Agent.Method.Describe.descriptor,
            deserializer: ProtobufDeserializer<Faultline_Agent_V1_DescribeRequest>(),
            serializer: ProtobufSerializer<Faultline_Agent_V1_DescribeReply>()
        ) { [version] _, _ in
            StreamingServerResponse(
                single: ServerResponse(
                    message: .with {
                        $0.host = "web"
                        $0.version = version
                        $0.kernel = "6.1.0"
                    }
                )
            )
        }
        router.registerHandler(
            forMethod: Faultline_Agent_V1_Agent.Method.Admit.descriptor,
            deserializer: ProtobufDeserializer<Faultline_Agent_V1_AdmitRequest>(),
            serializer: ProtobufSerializer<Faultline_Agent_V1_AdmitReply>()
        ) { [self] _, _ in
            touched.wrappingAdd(1, ordering: .relaxed)
            throw RPCError(code: .unimplemented, message: "not asked for")
        }
    }
}
