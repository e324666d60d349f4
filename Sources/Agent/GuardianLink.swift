import Faults
import Foundation
import LinuxSystem
import Processes
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The agent's end of the guardian's pipes.
final class GuardianLink: Sendable {
    let process: ProcessHandle
    private let pipes: Mutex<Pipes>

    private struct Pipes {
        let input: Int32
        let output: Int32
    }

    /// Starts the guardian as a session of its own, so that a signal to the agent's group does not reach it.
    init(executable: String, log: String) throws {
        var down: [Int32] = [0, 0]
        var up: [Int32] = [0, 0]
        // Every child is spawned with the descriptors it is given and no others, so these are not inherited.
        try SystemError.check("pipe") { pipe(&down) }
        try SystemError.check("pipe") { pipe(&up) }
        let command = Command(
            [executable, "guardian"],
            environment: Environment.inherited,
            directory: "/",
            log: log
        )
        process = try Spawner.spawn(command, descriptors: .init(input: down[0], output: up[1]))
        close(down[0])
        close(up[1])
        pipes = Mutex(Pipes(input: down[1], output: up[0]))
    }

    deinit {
        pipes.withLock { pipes in
            close(pipes.input)
            close(pipes.output)
        }
    }

    /// Returns when the guardian has it. Errors: the guardian is gone.
    func send(_ message: GuardianMessage) throws {
        let line = try JSONEncoder().encode(message) + [0x0a]
        try pipes.withLock { pipes in
            let written = line.withUnsafeBytes { write(pipes.input, $0.baseAddress, $0.count) }
            guard written == line.count else { throw gone }
            var answer = [UInt8](repeating: 0, count: 16)
            var poll = pollfd(fd: pipes.output, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&poll, 1, 2000) == 1 else { throw gone }
            let count = read(pipes.output, &answer, answer.count)
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
