import Glibc
import LinuxSystem

/// PostgreSQL on processor 0, on a free port of 127.0.0.1, without a password. Gone with its owner.
final class BenchPostgres {
    static let programs = "/usr/lib/postgresql/15/bin"

    let port: UInt16
    /// A file with what is asked.
    let query: String
    private let folder: String
    private let program: MeasuredProgram

    /// It refuses to run as root.
    private static let user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    /// Returns when it is ready, 20 s at most.
    init() throws {
        port = try BenchNginx.freePort()
        folder = "/tmp/fl-bench-postgres-\(getpid())-\(port)"
        query = "\(folder)/query.sql"
        let folder = folder
        try SystemError.check("mkdir \(folder)") { mkdir(folder, 0o755) }
        let file = open(query, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        _ = write(file, "SELECT 1;\n", 10)
        close(file)
        try Self.run(["chown", "postgres", folder])
        try Self.run(
            Self.user + [
                "\(Self.programs)/initdb", "-D", "\(folder)/d", "-A", "trust", "-N", "-U", "postgres",
            ]
        )
        let words = [
            "-D", "\(folder)/d", "-p", "\(port)", "-c", "listen_addresses=127.0.0.1", "-c",
            "unix_socket_directories=\(folder)", "-c", "max_connections=200",
        ]
        program = try MeasuredProgram(Self.user + ["\(Self.programs)/postgres"] + words, processor: 0)
        let deadline = Clocks.monotonic() + 20_000_000_000
        while Clocks.monotonic() < deadline {
            let isReady: Void? = try? Self.run([
                "\(Self.programs)/pg_isready", "-q", "-h", "127.0.0.1", "-p", "\(port)",
            ])
            if isReady != nil { return }
            usleep(20_000)
        }
        throw SystemError("start postgres", refused: "port \(port) is closed after 20 s")
    }

    deinit {
        // Connections are ended, and its processes with them (pg_ctl(1), immediate).
        kill(program.process, SIGQUIT)
        _ = try? program.finish()
        try? Self.run(["rm", "-r", folder])
    }

    private static func run(_ words: [String]) throws {
        _ = try MeasuredProgram(words, processor: 0).finish()
    }
}
