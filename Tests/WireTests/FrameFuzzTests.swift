import Foundation
import Keys
import LinuxSystem
import Measures
import Processes
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Whoever may open the agent's Unix socket may say anything: HTTP/2, gRPC and the messages are read there without a key.
@Suite(.serialized, .requiresRoot) struct FrameFuzzTests {
    /// Of each sort, each with at least one wrong frame. FAULTLINE_FUZZ_CONNECTIONS: another number than usual.
    private static let connections =
        ProcessInfo.processInfo.environment["FAULTLINE_FUZZ_CONNECTIONS"].flatMap(Int.init) ?? 3000

    @Test(.timeLimit(.minutes(60))) func `malformed frames end a connection, and nothing else of an agent`()
        async throws
    {
        try await Settlement.with { settlement in
            let keys = try settlement.key(.coordinator, "laptop")
            let path = "\(settlement.folder)/agent.sock"
            // What the first ones leave is the heap's own scatter.
            try Self.sayAll(1, to: path, settlement.agent) { nonsense in nonsense.calls() }
            let before = try await Self.size(settlement)
            try Self.sayAll(2, to: path, settlement.agent) { nonsense in nonsense.calls() }
            try Self.sayAll(3, to: path, settlement.agent) { nonsense in nonsense.frames() }
            #expect(settlement.agent.isAlive)
            let after = try await Self.size(settlement)
            #expect(after.descriptors <= before.descriptors + 4, "\(before) \(after)")
            // KiB, and more of more: a connection that was left in memory would be 28 KiB, and most have a call.
            let scatter = 4096 + 2 * Self.connections / 4
            #expect(after.memory - before.memory < scatter, "\(before) \(after)")
            #expect(try await settlement.call(keys: keys) == nil)
            let done = try settlement.audit().filter { $0.outcome == "done" && $0.action != "connect" }
            #expect(done.allSatisfy { ["start", "recover", "halt"].contains($0.action) }, "\(done)")
        }
    }

    /// As many connections as usual, several at a time.
    private static func sayAll(
        _ seed: UInt64,
        to path: String,
        _ agent: ProcessHandle,
        _ words: @escaping @Sendable (inout FrameNonsense) -> [UInt8]
    ) throws {
        let next = Atomic(0)
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            while true {
                let connection = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard connection < connections, agent.isAlive, failure.withLock({ $0 == nil }) else { return }
                var nonsense = FrameNonsense(seed: seed, connection: connection)
                do {
                    try say(FrameNonsense.preface + words(&nonsense), to: path)
                } catch {
                    failure.withLock { $0 = error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Says it all, or as much as is taken, and hears the answer until nothing comes for 20 ms.
    private static func say(_ bytes: [UInt8], to path: String) throws {
        let agent = try UnixSocket.connect(path)
        var limit: [Int] = [0, 20_000]  // a timeval, whose initializer is not always found
        for option in [SO_SNDTIMEO, SO_RCVTIMEO] {
            setsockopt(agent.number, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        _ = send(agent.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var answer = [UInt8](repeating: 0, count: 16_384)
        while recv(agent.number, &answer, answer.count, 0) > 0 {}
    }

    /// KiB resident and open descriptors, when connections have gone: they may end a moment after their last word.
    private static func size(_ settlement: Settlement) async throws -> (memory: Int, descriptors: Int) {
        try await Task.sleep(for: .seconds(1))
        let open = try Directory.entries("/proc/\(settlement.agent.pid)/fd").count
        return (try settlement.memory(), open)
    }
}
