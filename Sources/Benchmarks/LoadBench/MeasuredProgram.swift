import Glibc
import LinuxSystem

/// A program on one processor, whose output and use of the machine are asked for. In a session of its own, whose group of
/// the scheduler is preferred over neighbours' (sched(7), autogroup): peers and ours alike.
struct MeasuredProgram {
    struct Usage {
        let output: String
        /// CPU seconds, all threads. The split of the sum is sampled by the kernel's tick; the sum is exact.
        let user: Double
        let system: Double

        var seconds: Double { user + system }

        /// The number behind a word at the start of a line.
        func value(_ key: String) -> Double? {
            for line in output.split(separator: "\n") {
                let words = line.split(separator: " ", omittingEmptySubsequences: true)
                if words.count > 1, words[0] == key { return Double(words[1]) }
            }
            return nil
        }
    }

    let process: pid_t
    private let path: String

    /// Its standard output goes to a file of its own.
    init(_ arguments: [String], processor: Int32) throws {
        let path = "/tmp/fl-bench-\(getpid())-\(Clocks.monotonic()).out"
        self.path = path
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let script = "echo -20 > /proc/self/autogroup; exec taskset -c \(processor) \"$@\""
        var pointers = (["setsid", "sh", "-c", script, "sh"] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        let code = posix_spawnp(&process, "setsid", &actions, nil, &pointers, environ)
        guard code == 0 else { throw SystemError("start \(arguments.first ?? "")", errno: code) }
        self.process = process
    }

    /// Waits for its end.
    func finish() throws -> Usage {
        var status: Int32 = 0
        var usage = rusage()
        let process = process
        _ = try SystemError.check("wait4") { wait4(process, &status, 0, &usage) }
        defer { unlink(path) }
        let output = try FileContents.text(path)
        guard status == 0 || status == SIGKILL || status == SIGTERM else {
            throw SystemError("run a program", refused: "wait status \(status): \(output)")
        }
        return Usage(
            output: output,
            user: Self.seconds(usage.ru_utime),
            system: Self.seconds(usage.ru_stime)
        )
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}
