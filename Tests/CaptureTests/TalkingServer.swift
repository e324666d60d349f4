import Glibc
import LinuxSystem
import Measures
import Processes
import TestSupport

/// A real server of a request-reply protocol, how it is started and what is said to it.
struct TalkingServer: Sendable {
    let name: String
    let port: UInt16
    /// What must be there, else its test is skipped.
    let program: String
    /// Run one after the other in a folder of its own; the last one is the server.
    let commands: @Sendable (_ folder: String) -> [[String]]
    /// The owner of the folder; nil: root.
    var user: String?
    /// Said once, before anything is measured, and whether the answer is whole.
    var greeting: [UInt8]?
    let requests: [Request]
    let isWhole: @Sendable ([UInt8]) -> Bool

    struct Request: Sendable {
        let bytes: [UInt8]
        /// The server needs at least so long, nanoseconds.
        var least: Int64 = 0
    }

    /// Small ones, one whose answer takes many packets, and ones that take 4 ms.
    static let redis = TalkingServer(
        name: "Redis",
        port: 6379,
        program: "/usr/bin/redis-server",
        commands: { folder in
            [
                [
                    "/usr/bin/redis-server", "--port", "6379", "--bind", "0.0.0.0", "--protected-mode", "no",
                    "--dir", folder, "--save", "", "--enable-debug-command", "yes",
                ]
            ]
        },
        requests: [
            Request(bytes: resp("PING")), Request(bytes: resp("SETRANGE", "k", "299999", "x")),
            Request(bytes: resp("GET", "k")),
            Request(bytes: resp("DEBUG", "SLEEP", "0.004"), least: 4_000_000),
        ],
        isWhole: { answer in
            guard answer.suffix(2) == [13, 10] else { return false }
            guard answer.first == 0x24, let end = answer.firstIndex(of: 13),
                let length = Int(String(decoding: answer[1..<end], as: UTF8.self))
            else { return true }
            return answer.count == end + 2 + length + 2
        }
    )

    static let postgres = TalkingServer(
        name: "PostgreSQL",
        port: 5432,
        program: "/usr/lib/postgresql/15/bin/postgres",
        commands: { folder in
            let user = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            let programs = "/usr/lib/postgresql/15/bin"
            return [
                user + ["\(programs)/initdb", "-D", "\(folder)/d", "-A", "trust", "-N"],
                user + [
                    "/bin/sh", "-c",
                    "echo 'host all all 10.0.0.0/8 trust' >> \(folder)/d/pg_hba.conf; exec \(programs)/postgres -D \(folder)/d"
                        + " -c listen_addresses='*' -c unix_socket_directories=\(folder)",
                ],
            ]
        },
        user: "postgres",
        greeting: startup,
        requests: [
            Request(bytes: query("select 1")), Request(bytes: query("select repeat('x', 300000)")),
            Request(bytes: query("select pg_sleep(0.004)"), least: 4_000_000),
        ],
        // ReadyForQuery ends every answer: 'Z', its length, 'I'.
        isWhole: { $0.suffix(6) == [0x5a, 0, 0, 0, 5, 0x49] }
    )

    private static func resp(_ words: String...) -> [UInt8] {
        Array(("*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()).utf8)
    }

    private static func length(_ count: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
    }

    /// StartupMessage, protocol 3.0.
    private static let startup: [UInt8] = {
        let body: [UInt8] = [0, 3, 0, 0] + Array("user\0postgres\0database\0postgres\0\0".utf8)
        return length(body.count + 4) + body
    }()

    private static func query(_ text: String) -> [UInt8] {
        let body = Array((text + "\0").utf8)
        return [0x51] + length(body.count + 4) + body
    }

    /// Runs it in the namespace while the body lasts.
    func run<Value>(in namespace: NetworkNamespace, _ body: () async throws -> Value) async throws -> Value {
        let folder = "/tmp/fl-test-\(getpid())-\(port)-\(UInt32.random(in: 0...(.max)))"
        try Directory.make(folder)
        defer { _ = system("rm -rf \(folder)") }
        if let user { _ = system("chown \(user) \(folder)") }
        var server: ProcessHandle?
        let all = commands(folder)
        for (index, words) in all.enumerated() {
            let environment = ["PATH": "/usr/bin:/bin", "LANG": "C"]
            let command = Command(words, environment: environment, directory: "/", log: "\(folder).log")
            let process = try namespace.inside { try Spawner.spawn(command) }
            if index < all.count - 1 { _ = process.wait(for: .seconds(60)) } else { server = process }
        }
        defer {
            unlink("\(folder).log")
            _ = try? server?.signal(SIGTERM)
            if server?.wait(for: .seconds(10)) == nil {
                _ = try? server?.signal(SIGKILL)
                _ = server?.wait(for: .seconds(5))
            }
        }
        return try await body()
    }
}
