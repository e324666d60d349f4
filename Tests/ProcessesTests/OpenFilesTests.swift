import Glibc
import LinuxSystem
import Processes
import TestSupport
import Testing

@Suite struct OpenFilesTests {
    /// By the kernel's own word.
    private static func soft(of pid: Int32) throws -> String {
        let lines = try FileContents.text("/proc/\(pid)/limits").split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix("Max open files") })
        return String(line.split(separator: " ")[3])
    }

    @Test(
        "this process may open as many files as the host allows, and what it starts as many as it was allowed itself"
    )
    func limits() throws {
        let own = try Self.soft(of: getpid())
        OpenFiles.raiseLimit()
        OpenFiles.raiseLimit()
        let process = try Spawner.spawn(Command(["sleep", "30"], environment: ["PATH": "/usr/bin:/bin"]))
        defer {
            _ = try? process.signal(SIGKILL)
            _ = process.wait(for: .seconds(5))
        }
        #expect(try Self.soft(of: process.pid) == own)
    }
}
