import AgentProtocol
import Coordinator
import Foundation
import Keys
import LinuxSystem
import Measures
import Processes
import SwiftProtobuf
import TestSupport
import Testing

/// An authority, keys for all sorts of people, and one real agent process on the loopback that obeys the coordinator laptop
/// and the operator oncall.
struct Settlement {
    let folder: String
    let agent: ProcessHandle
    var port: UInt16
    var authority: Authority
    /// A test ended the agent itself.
    var isToldToEnd = false

    /// Built beside the test executable.
    static var program: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
            path: "faultline"
        )
        .path
    }

    static func with(
        policy: String = "coordinators: [laptop]\noperators: [oncall]",
        environment: [String: String] = [:],
        _ body: (inout Settlement) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            var settlement = try await Settlement(folder, policy, environment)
            do {
                try await body(&settlement)
                try settlement.end()
            } catch {
                Issue.record("the agent's log:\n\(settlement.log)")
                try settlement.end()
                throw error
            }
        }
    }

    private init(_ folder: String, _ policy: String, _ environment: [String: String]) async throws {
        self.folder = folder
        authority = try Authority.create(in: "\(folder)/keys")
        try authority.issue(try Identity(.agent, "web1"), addresses: ["127.0.0.1"], to: "\(folder)/web1")
        try FileContents.writeAtomically(
            Array("faultline-policy: 1\n\(policy)\n".utf8),
            to: "\(folder)/policy.yaml"
        )
        try FileContents.writeAtomically(
            Array(
                """
                faultline-agent: 1
                host: web1
                listen: { unix: \(folder)/agent.sock, tcp: "127.0.0.1:0" }
                keys: \(folder)/web1
                policy: \(folder)/policy.yaml
                state: \(folder)/state
                audit: { file: \(folder)/log/audit.jsonl }

                """.utf8
            ),
            to: "\(folder)/agent.yaml"
        )
        agent = try Spawner.spawn(
            Command(
                [Self.program, "agent", "--config", "\(folder)/agent.yaml"],
                environment: environment.merging(
                    ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
                ) { $1 },
                directory: "/",
                log: "\(folder)/agent.log"
            )
        )
        port = try Self.port(of: agent, log: "\(folder)/agent.log", socket: "\(folder)/agent.sock")
    }

    /// Where it says that it listens; within a minute.
    private static func port(of agent: ProcessHandle, log: String, socket: String) throws -> UInt16 {
        let patience = Clocks.monotonic() + 60_000_000_000
        while agent.isAlive, Clocks.monotonic() < patience {
            let text = (try? FileContents.text(log)) ?? ""
            if let found = text.firstMatch(of: /listens on TCP 127\.0\.0\.1:(\d+),/),
                let port = UInt16(found.1),
                UnixSocket.isListening(socket)
            {
                return port
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 5_000_000)
        }
        throw SystemError("start an agent", refused: (try? FileContents.text(log)) ?? "no log")
    }

    var log: String { (try? FileContents.text("\(folder)/agent.log")) ?? "" }

    /// KiB that the agent holds of its own.
    func memory() throws -> Int {
        let status = try FileContents.text("/proc/\(agent.pid)/status")
        return try #require(status.firstMatch(of: /RssAnon:\s+(\d+) kB/).flatMap { Int($0.1) })
    }

    /// The audit log's lines.
    func audit() throws -> [AuditLine] {
        try FileContents.text("\(folder)/log/audit.jsonl").split(separator: "\n").map {
            try JSONDecoder().decode(AuditLine.self, from: Data($0.utf8))
        }
    }

    struct AuditLine: Decodable {
        let action: String
        let outcome: String
        let who: String
        let run: String?
        let fault: String?
        let rules: [String]?
        let detail: String?
        let wallNs: Int64
        let time: String
    }

    /// Nothing was opened nor begun here.
    func nothingWasTouched(_ location: SourceLocation = #_sourceLocation) throws {
        let done = try audit().filter {
            ["openRun", "begin", "startService", "fault"].contains($0.action)
        }
        #expect(done.isEmpty, "\(done)", sourceLocation: location)
    }

    /// Within ten seconds the agent's log has this, and so says whom it refused and why.
    func logSays(_ words: String, _ location: SourceLocation = #_sourceLocation) {
        let patience = Clocks.monotonic() + 10_000_000_000
        while Clocks.monotonic() < patience {
            if log.contains(words) { return }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 5_000_000)
        }
        Issue.record("the agent's log has no \"\(words)\":\n\(log)", sourceLocation: location)
    }

    /// A key of this authority.
    mutating func key(
        _ role: Role,
        _ name: String,
        valid: Duration = .seconds(3600),
        now: Date = Date()
    ) throws -> String {
        let bundle = "\(folder)/key-\(role.rawValue)-\(name)"
        try authority.issue(try Identity(role, name), valid: valid, to: bundle, now: now)
        return bundle
    }

    /// What becomes of one call with this key: nil, it was answered; else the error's words.
    func call(keys: String?, as host: String = "web1", opening: Bool = false, lease: Duration = .zero)
        async throws -> String?
    {
        do {
            let connection = try connection(keys: keys, as: host)
            let running = Task { try? await connection.run() }
            defer {
                connection.close()
                running.cancel()
            }
            if opening {
                _ = try await connection.openRun(
                    .with {
                        $0.run = "intruder"
                        $0.leaseNs = lease.nanoseconds
                    }
                )
            }
            let facts = try await connection.describe()
            #expect(facts.host == "web1")
            return nil
        } catch let error as any ReadableError {
            return error.message
        }
    }

    func connection(keys: String?, as host: String = "web1") throws -> AgentConnection {
        try AgentConnection(
            HostEndpoint(
                name: host,
                agent: .tcp(host: "127.0.0.1", port: port),
                addresses: [],
                interface: "lo",
                directory: "/"
            ),
            credentials: try keys.map { try Credentials(folder: $0) }
        )
    }

    /// It lived, and nothing was begun on this host.
    private func end() throws {
        #expect(agent.isAlive || isToldToEnd, "the agent died:\n\(log)")
        #expect(!log.contains("PRIVATE KEY"))
        _ = try? agent.signal(SIGTERM)
        guard agent.wait(for: .seconds(20)) == nil else { return }
        _ = try? agent.signal(SIGKILL)
        _ = agent.wait(for: .seconds(10))
        Issue.record("the agent did not end:\n\(log)")
    }
}
