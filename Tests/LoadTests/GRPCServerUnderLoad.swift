import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// A real gRPC server of this test's own on the loopback: the health service, and one that gives back what it gets.
enum GRPCServerUnderLoad {
    /// The server runs while `body` does.
    ///
    /// - Parameter secured: with the certificate of the tests' authority.
    static func run(
        secured: Bool = false,
        _ body: @Sendable @escaping (UInt16) async throws -> Void
    ) async throws {
        let transport = HTTP2ServerTransport.Posix(
            address: .ipv4(host: "127.0.0.1", port: 0),
            transportSecurity: secured
                ? .tls(
                    certificateChain: [.file(path: try LoadNginx.certificate("server").path, format: .pem)],
                    privateKey: .file(path: try LoadNginx.certificate("server", "key").path, format: .pem)
                ) : .plaintext
        )
        let server = GRPCServer(transport: transport, services: [Services()])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve() }
            guard let port = try await transport.listeningAddress.ipv4?.port else {
                throw LoadTestFailure(reason: "the gRPC server has no port")
            }
            try await body(UInt16(port))
            server.beginGracefulShutdown()
            try await group.waitForAll()
        }
    }

    private struct Services: RegistrableRPCService {
        func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
            router.registerHandler(
                forMethod: MethodDescriptor(fullyQualifiedService: "grpc.health.v1.Health", method: "Check"),
                deserializer: Raw(),
                serializer: Raw()
            ) { request, _ in
                let question = try await ServerRequest(stream: request)
                // HealthCheckRequest.service: "down" is known and does not serve, others are not known.
                switch question.message {
                case []: return StreamingServerResponse(single: ServerResponse(message: [0x08, 1]))
                case [0x0a, 4] + Array("down".utf8):
                    return StreamingServerResponse(single: ServerResponse(message: [0x08, 2]))
                default: throw RPCError(code: .notFound, message: "unknown service")
                }
            }
            router.registerHandler(
                forMethod: MethodDescriptor(fullyQualifiedService: "test.Echo", method: "Echo"),
                deserializer: Raw(),
                serializer: Raw()
            ) { request, _ in
                let question = try await ServerRequest(stream: request)
                guard question.metadata[stringValues: "x-token"].contains("secret") else {
                    throw RPCError(code: .unauthenticated, message: "no token")
                }
                return StreamingServerResponse(single: ServerResponse(message: question.message))
            }
        }
    }

    private struct Raw: MessageSerializer, MessageDeserializer {
        func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }
        func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> [UInt8] {
            bytes.withUnsafeBytes { Array($0) }
        }
    }
}
