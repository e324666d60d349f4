import Keys
import LinuxSystem
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Peers that ask and ask, and read no answer.
@Suite(.serialized, .requiresRoot) struct SlowReaderTests {
    private static let questions: [(name: String, bytes: @Sendable () -> [UInt8])] = [
        ("pings", { FrameNonsense.pings(200_000) }), ("settings", { FrameNonsense.settings(200_000) }),
        ("describe", { FrameNonsense.calls(of: "Describe", 20_000) }),
        ("status", { FrameNonsense.calls(of: "Status", 20_000) }),
    ]

    @Test(.timeLimit(.minutes(5)), arguments: questions.indices)
    func `whoever reads no answer costs a bounded amount of memory, and keeps nobody out`(_ index: Int)
        async throws
    {
        let (name, bytes) = Self.questions[index]
        let words = bytes()
        try await Settlement.with { settlement in
            let keys = try settlement.key(.coordinator, "laptop")
            #expect(try await settlement.call(keys: keys) == nil)
            let before = try settlement.memory()
            let readers = try (0..<8).map { _ in
                try SlowReader("\(settlement.folder)/agent.sock", asks: words)
            }
            // The agent answers others while these are still there, whatever it has become of them.
            #expect(try await settlement.call(keys: keys) == nil)
            try await Task.sleep(for: .milliseconds(500))
            let after = try settlement.memory()
            #expect(after - before < 16 << 10, "\(name): \(before) KiB, then \(after) KiB")
            withExtendedLifetime(readers) {}
        }
    }

    private final class SlowReader {
        private let descriptor: OwnedDescriptor

        /// Says it all, or as much as is taken within half a second of the last of it.
        init(_ path: String, asks words: [UInt8]) throws {
            let descriptor = try UnixSocket.connect(path)
            var limit: [Int] = [0, 500_000]  // a timeval, whose initializer is not always found
            setsockopt(
                descriptor.number,
                SOL_SOCKET,
                SO_SNDTIMEO,
                &limit,
                socklen_t(MemoryLayout<timeval>.size)
            )
            var said = 0
            words.withUnsafeBytes { words in
                while said < words.count {
                    let size = min(65_536, words.count - said)
                    let sent = send(
                        descriptor.number,
                        words.baseAddress?.advanced(by: said),
                        size,
                        Int32(MSG_NOSIGNAL)
                    )
                    guard sent > 0 else { return }
                    said += sent
                }
            }
            self.descriptor = descriptor
        }
    }
}
