import AgentProtocol
import Coordinator
import Foundation
import Keys
import LinuxSystem
import Measures
import SwiftProtobuf
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What is larger than any experiment is refused with its size, and costs an agent nothing.
@Suite(.serialized, .requiresRoot) struct OversizeTests {
    private static func refusal(
        _ settlement: Settlement,
        _ keys: String,
        _ request: Faultline_Agent_V1_BeginRequest
    ) async throws -> String? {
        let connection = try settlement.connection(keys: keys)
        let running = Task { try? await connection.run() }
        defer {
            connection.close()
            running.cancel()
        }
        do {
            _ = try await connection.begin(request)
            return nil
        } catch let error as any ReadableError {
            return error.message
        }
    }

    @Test func `a plan of more faults than any host has is refused, and so is a message of any length`()
        async throws
    {
        try await Settlement.with { settlement in
            let keys = try settlement.key(.coordinator, "laptop")
            let many = try await Self.refusal(
                settlement,
                keys,
                .with { $0.faults = (0...100_000).map { number in .with { $0.id = "f\(number)" } } }
            )
            #expect(many?.contains("100001 faults for one host") == true, "\(many ?? "answered")")
            let before = try settlement.memory()
            let long = try await Self.refusal(
                settlement,
                keys,
                .with { $0.names = [.with { $0.name = String(repeating: "x", count: 80 << 20) }] }
            )
            #expect(long?.contains("does not know") == false && long != nil, "\(long ?? "answered")")
            // A length alone takes nothing.
            let liars = try (0..<50).map { _ in
                let agent = try UnixSocket.connect("\(settlement.folder)/agent.sock")
                let bytes = FrameNonsense.lie(length: .max)
                _ = send(agent.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                return Liar(agent)
            }
            try await Task.sleep(for: .milliseconds(500))
            let after = try settlement.memory()
            #expect(after - before < 32 * 1024, "\(before) KiB, then \(after) KiB")
            withExtendedLifetime(liars) {}
            #expect(try await settlement.call(keys: keys) == nil)
            try settlement.nothingWasTouched()
        }
    }

    private final class Liar {
        let descriptor: OwnedDescriptor
        init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
    }
}
