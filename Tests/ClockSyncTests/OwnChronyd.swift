import Glibc
import LinuxSystem
import Synchronization

/// A chronyd of a test's own: it disciplines nothing (-x), asks nobody, and takes this host's clock for the truth.
final class OwnChronyd: Sendable {
    private let folder: String
    private let process: pid_t
    private let isStopped = Atomic(false)

    /// `port`: of its monitoring on the loopback.
    init(port: UInt16) throws {
        folder = "/tmp/fl-test-chrony-\(getpid())"
        mkdir(folder, 0o700)
        let text = """
            local stratum 7
            port 0
            user root
            pidfile \(folder)/pid
            bindcmdaddress 127.0.0.1
            bindcmdaddress /
            cmdport \(port)

            """
        try FileContents.writeAtomically(Array(text.utf8), to: "\(folder)/conf", sync: false)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for output in 1...2 as ClosedRange<Int32> {
            posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0)
        }
        let arguments = ["chronyd", "-d", "-x", "-f", "\(folder)/conf"]
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        let code = posix_spawn(&process, "/usr/sbin/chronyd", &actions, nil, &pointers, environ)
        guard code == 0 else { throw SystemError("start chronyd", errno: code) }
        self.process = process
    }

    /// Twice is once.
    func stop() {
        guard !isStopped.exchange(true, ordering: .relaxed) else { return }
        // Its signals are blocked as those of the thread that started it may be.
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        for name in ["conf", "pid"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }
}
