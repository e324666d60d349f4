import Faults
import Foundation
import LinuxSystem
import Processes
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The agent's end of the line to its guardian.
final class GuardianLink: Sendable {
    let process: ProcessHandle
    private let line: Mutex<Int32>

    /// Starts the guardian as a session of its own, so that a signal to the agent's group does not reach it. The two
    /// share a socket pair and nothing else.
    ///
    /// `folder`: the agent's, for the guardian's log and a lock.
    init(executable: String, folder: String) throws {
        var ends: [Int32] = [0, 0]
        // Every child is spawned with the descriptors it is given and no others, so our end is not inherited.
        try SystemError.check("socketpair") { socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) }
        defer { close(ends[0]) }
        let command = Command(
            [executable, "guardian", "--agent", "\(getpid())", "--state", folder],
            environment: Environment.inherited,
            directory: "/",
            log: "\(folder)/guardian.log"
        )
        process = try Spawner.spawn(command, descriptors: .init(input: ends[0], output: ends[0]))
        line = Mutex(ends[1])
    }

    deinit {
        line.withLock { line in _ = close(line) }
    }

    /// Returns when the guardian has it. Errors: the guardian is gone.
    func send(_ message: GuardianMessage) throws {
        let bytes = try JSONEncoder().encode(message) + [0x0a]
        try line.withLock { line in
            // Without the flag a dead guardian would end the agent too, by SIGPIPE.
            let flags = Int32(MSG_NOSIGNAL)
            let written = bytes.withUnsafeBytes { Glibc.send(line, $0.baseAddress, $0.count, flags) }
            guard written == bytes.count else { throw gone }
            var answer = [UInt8](repeating: 0, count: 16)
            var poll = pollfd(fd: line, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&poll, 1, 2000) == 1 else { throw gone }
            let count = read(line, &answer, answer.count)
            guard count > 0, answer.prefix(2).elementsEqual("ok".utf8) else { throw gone }
        }
    }

    private var gone: FaultError {
        FaultError(
            "agent.guardian-gone",
            "the guardian (pid \(process.pid)) does not answer; nothing was injected"
        )
    }
}

/// Environment of the agent's children.
enum Environment {
    static var inherited: [String: String] {
        ProcessInfo.processInfo.environment.filter {
            $0.key == "PATH" || $0.key == "HOME" || $0.key == "LANG"
        }
    }
}
