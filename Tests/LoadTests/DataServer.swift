import Foundation
import Glibc
import LinuxSystem
import Plan

/// A real Redis or PostgreSQL of this test's own: temporary folder, free port, 127.0.0.1. Killed with its owner.
final class DataServer {
    static let redisProgram = "/usr/bin/redis-server"
    static let postgresPrograms = "/usr/lib/postgresql/15/bin"
    static let hasRedis = FileManager.default.isExecutableFile(atPath: redisProgram)
    static let hasPostgres = FileManager.default.isExecutableFile(atPath: "\(postgresPrograms)/postgres")
    /// Of every user that has one.
    static let password = "s3cret/@ word"

    let port: UInt16
    private let folder: URL
    private let words: [String]
    private var process: Process?

    /// - Parameter settings: of its command line, such as "--requirepass x".
    static func redis(_ settings: [String] = [], secured: Bool = false) throws -> DataServer {
        try DataServer { folder, port in
            let secret = [
                "--tls-port", "\(port)", "--tls-cert-file", try LoadNginx.certificate("server").path,
                "--tls-key-file", try LoadNginx.certificate("server", "key").path, "--tls-auth-clients", "no",
            ]
            return [
                redisProgram, "--port", secured ? "0" : "\(port)", "--bind", "127.0.0.1", "--dir",
                folder.path, "--save", "",
                "--logfile", "\(folder.path)/log",
            ] + settings + (secured ? secret : [])
        }
    }

    /// Who signed its certificate.
    static func authority() throws -> TLSPlan.Trust {
        .file(try LoadNginx.certificate("authority").path)
    }

    /// The user `postgres` is trusted; `plain`, `hashed` and `salted` have a password and log in by it, by MD5 and by SCRAM;
    /// `few` may not connect at all.
    ///
    /// - Parameter secured: TLS is offered to all, with the certificate of the tests' authority, and nobody with a password may do
    ///   without.
    static func postgres(secured: Bool = false) throws -> DataServer {
        let user = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        let server = try DataServer { folder, port in
            guard system("chown postgres \(folder.path)") == 0 else {
                throw LoadTestFailure(reason: "no user postgres")
            }
            try run(user + ["\(postgresPrograms)/initdb", "-D", "\(folder.path)/d", "-A", "trust", "-N"])
            let host = secured ? "hostssl" : "host"
            let rules = """
                local all all trust
                \(host) all plain 127.0.0.1/32 password
                \(host) all hashed 127.0.0.1/32 md5
                \(host) all salted 127.0.0.1/32 scram-sha-256
                host all plain,hashed,salted 127.0.0.1/32 reject
                host all all 127.0.0.1/32 trust

                """
            try rules.write(toFile: "\(folder.path)/d/pg_hba.conf", atomically: false, encoding: .utf8)
            let certificate = secured ? try Self.certificate(for: "postgres", in: folder) : []
            return user + [
                "\(postgresPrograms)/postgres", "-D", "\(folder.path)/d", "-p", "\(port)", "-c",
                "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=\(folder.path)", "-c",
                "fsync=off",
                "-c", "max_connections=200",
            ] + certificate
        }
        let roles = """
            create role plain login password '\(password)'; create role salted login password '\(password)';
            set password_encryption = 'md5'; create role hashed login password '\(password)';
            create role few login connection limit 0;
            """
        try server.psql(roles)
        return server
    }

    /// PostgreSQL takes a key only that nobody else can read.
    private static func certificate(for user: String, in folder: URL) throws -> [String] {
        let key = folder.appending(path: "server.key")
        try FileManager.default.copyItem(at: try LoadNginx.certificate("server", "key"), to: key)
        guard system("chown \(user) \(key.path) && chmod 600 \(key.path)") == 0 else {
            throw LoadTestFailure(reason: "no key for \(user)")
        }
        let certificate = try LoadNginx.certificate("server").path
        return [
            "-c", "ssl=on", "-c", "ssl_cert_file=\(certificate)", "-c", "ssl_key_file=\(key.path)",
        ]
    }

    private init(_ words: (URL, UInt16) throws -> [String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "fl-data-\(getpid())-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        port = try LoadNginx.freePort()
        self.words = try words(folder, port)
        try start()
    }

    deinit {
        signal(SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    /// Returns when it answers, 20 s at most.
    func start() throws {
        let process = try Self.spawn(words)
        self.process = process
        let deadline = Clocks.monotonic() + 20_000_000_000
        while Clocks.monotonic() < deadline {
            if answers() { return }
            usleep(2_000)
        }
        throw LoadTestFailure(reason: "\(words[0]) does not answer on port \(port) after 20 s")
    }

    /// To all its processes; it does not return before those that are killed are gone.
    func signal(_ number: Int32) {
        guard let process, process.isRunning else { return }
        let first = process.processIdentifier
        let path = "/proc/\(first)/task/\(first)/children"
        // The parent first, so that it starts no other child; setpriv is replaced by what it runs. A dead one has no children
        // any more, so it is stopped before they are asked for.
        kill(first, number == SIGKILL ? SIGSTOP : number)
        let children = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: " ")
            .compactMap { Int32($0) }
        for child in children { kill(child, number) }
        guard number == SIGKILL else { return }
        kill(first, SIGKILL)
        // Foundation's own wait takes a second and more.
        for one in [first] + children {
            for _ in 0..<5_000 where kill(one, 0) == 0 && !Self.isZombie(one) { usleep(1_000) }
        }
        self.process = nil
    }

    func command(_ words: String...) throws {
        try Self.run(["/usr/bin/redis-cli", "-h", "127.0.0.1", "-p", "\(port)"] + words)
    }

    func psql(_ text: String) throws {
        try Self.run([
            "/usr/bin/psql", "-h", folder.path, "-p", "\(port)", "-U", "postgres", "-qc", text,
        ])
    }

    private static func isZombie(_ pid: Int32) -> Bool {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ") Z"
        return text.split(separator: ")").last?.dropFirst().first == "Z"
    }

    /// Redis: it accepts. PostgreSQL: up to its own client.
    private func answers() -> Bool {
        guard words[0] != Self.redisProgram else {
            return LoadNginx.accepts(port)
        }
        return
            (try? Self.run([
                "\(Self.postgresPrograms)/pg_isready", "-q", "-h", "127.0.0.1", "-p", "\(port)",
            ])) != nil
    }

    private static func spawn(_ words: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        try process.run()
        return process
    }

    private static func run(_ words: [String]) throws {
        let process = try spawn(words)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw LoadTestFailure(
                reason: "\(words.joined(separator: " ")) ended with \(process.terminationStatus)"
            )
        }
    }
}
