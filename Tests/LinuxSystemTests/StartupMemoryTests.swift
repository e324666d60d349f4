import LinuxSystem
import Testing

@Suite struct StartupMemoryTests {
    /// kB of files that are mapped and resident: code and constants.
    private static func resident() throws -> Int {
        let status = try FileContents.text("/proc/self/status")
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(Int(line.split(whereSeparator: \.isWhitespace)[1]))
    }

    @Test func `code that is given back is no longer this process's memory, and runs when it is reached`()
        throws
    {
        // Other tests run beside and map theirs again: the best of some looks.
        let saved = try (0..<20).map { _ in
            let before = try Self.resident()
            StartupMemory.giveBack()
            return try before - Self.resident()
        }
        #expect(saved.max() ?? 0 > 4096, "\(saved) kB")
        #expect((0..<1000).map { $0 * 2 }.reduce(0, +) == 999_000)
    }
}
