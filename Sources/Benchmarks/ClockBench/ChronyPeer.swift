import Glibc
import LinuxSystem

/// A chronyd of our own in a namespace, which never touches a clock (-x), gone with this value.
final class ChronyPeer {
    private let folder: String
    private let process: pid_t

    init(_ name: String, in namespace: NetworkNamespace, lines: [String]) throws {
        let folder = "/tmp/fl-bench-\(getpid())-\(name)"
        mkdir(folder, 0o700)
        let file = """
            \(lines.joined(separator: "\n"))
            user root
            pidfile \(folder)/pid
            bindcmdaddress \(folder)/socket
            cmdport 0

            """
        try FileContents.writeAtomically(Array(file.utf8), to: "\(folder)/conf", sync: false)
        self.folder = folder
        process = try namespace.inside {
            try Self.spawn(["chronyd", "-d", "-x", "-f", "\(folder)/conf"], output: nil)
        }
    }

    deinit {
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
        for name in ["conf", "pid", "socket"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// Its own interval of the offset, nanoseconds; nil while it has none.
    func tracking() throws -> ClosedRange<Int64>? {
        var ends: [Int32] = [0, 0]
        try SystemError.check("pipe") { pipe(&ends) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let reading = OwnedDescriptor(owning: ends[0])
        let writing = OwnedDescriptor(owning: ends[1])
        let asked = try Self.spawn(
            ["chronyc", "-h", "\(folder)/socket", "-c", "tracking"],
            output: writing.number
        )
        waitpid(asked, nil, 0)
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = read(reading.number, &bytes, bytes.count)
        guard count > 0 else { return nil }
        // Reference, its name, stratum, time, system time, last offset, RMS offset, frequency, residual, skew, root delay,
        // root dispersion, …
        let fields = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: ",").map {
            Double($0)
        }
        guard fields.count >= 12, let system = fields[4], let delay = fields[10], let dispersion = fields[11],
            delay > 0, delay < 1
        else { return nil }
        let bound = delay / 2 + dispersion
        return Int64((system - bound) * 1e9)...Int64((system + bound) * 1e9)
    }

    private static func spawn(_ arguments: [String], output: Int32?) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        let code = posix_spawnp(&process, arguments.first ?? "", &actions, nil, &pointers, environ)
        guard code == 0 else { throw SystemError("start \(arguments.first ?? "")", errno: code) }
        return process
    }
}
