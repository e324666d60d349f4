import Codecs
import Glibc
import LinuxSystem
import Measures
import Plan
import Recording
import Synchronization
import TLS
import Testing

@testable import Load

/// PostgreSQL over TLS: a real server, and servers that would rather be talked to in the clear.
@Suite(.serialized)
struct PostgresTLSTests {
    private static func plan(
        _ port: UInt16,
        user: String = "salted",
        password: String? = DataServer.password,
        trust: TLSPlan.Trust?,
        name: String? = "localhost"
    ) -> PostgresRequestPlan {
        PostgresRequestPlan(
            server: ServerAddress(
                host: "127.0.0.1",
                port: port,
                user: user,
                secret: password.map(Secret.password)
            ),
            database: "postgres",
            query: "select 1",
            isPrepared: false,
            tls: trust.map { TLSPlan(trust: $0, serverName: name) },
            timeout: .seconds(5)
        )
    }

    @Test(
        "a real PostgreSQL is logged in to inside TLS by every method, and only if its certificate is trusted",
        .enabled(if: DataServer.hasPostgres, "PostgreSQL 15 is missing: apt-get install postgresql-15")
    )
    func secured() async throws {
        let server = try DataServer.postgres(secured: true)
        let authority = try DataServer.authority()
        for user in ["plain", "hashed", "salted"] {
            let result = try await DataServerTests.run(
                .postgres(Self.plan(server.port, user: user, trust: authority))
            )
            #expect(result.exchanges.outcomes == [.ok: 200], "\(user)")
            let setUps = result.exchanges.compactMap(\.setUp)
            #expect(!setUps.isEmpty && setUps.allSatisfy { $0.secure > .zero && $0.admit > .zero })
            // Whoever may come by TLS only is not let in without it.
            let clear = try await DataServerTests.run(
                .postgres(Self.plan(server.port, user: user, trust: nil))
            )
            #expect(clear.exchanges.outcomes == [.notAdmitted: 200], "\(user)")
        }
        for (trust, name, reason) in [
            (.system, "localhost", "local issuer"), (authority, "bank.example", "hostname mismatch"),
        ] as [(TLSPlan.Trust, String, String)] {
            let result = try await DataServerTests.run(
                .postgres(Self.plan(server.port, trust: trust, name: name))
            )
            #expect(result.exchanges.outcomes == [.notSecured: 200])
            #expect(result.summary.complaint?.contains(reason) == true, "\(result.summary.complaint ?? "-")")
        }
    }

    @Test(
        "a real PostgreSQL without TLS is a set-up failure that says so, and nothing is sent in the clear",
        .enabled(if: DataServer.hasPostgres, "PostgreSQL 15 is missing: apt-get install postgresql-15")
    )
    func unsecured() async throws {
        let server = try DataServer.postgres()
        let result = try await DataServerTests.run(.postgres(Self.plan(server.port, trust: .anyone)))
        #expect(result.exchanges.outcomes == [.notSecured: 200])
        #expect(result.summary.complaint?.contains("PostgreSQL offers no TLS") == true)
    }

    @Test(
        "a PostgreSQL behind TLS that stands still or dies is accounted for exactly",
        .enabled(if: DataServer.hasPostgres, "PostgreSQL 15 is missing: apt-get install postgresql-15")
    )
    func truth() async throws {
        let server = try DataServer.postgres(secured: true)
        try await DataServerTests.checkTruth(server, .postgres(Self.plan(server.port, trust: .anyone)))
    }

    struct Liar: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answer: String
        var later = ""
        let reason: String
    }

    @Test(
        "whoever answers otherwise than by TLS gets the request for TLS and nothing more in the clear",
        arguments: [
            Liar(testDescription: "refuses", answer: "N", reason: "offers no TLS"),
            Liar(testDescription: "errs", answer: "E\0\0\0\u{c}SFATAL\0", reason: "with an error"),
            Liar(
                testDescription: "admits in the clear",
                answer: "R\0\0\0\u{8}\0\0\0\0",
                reason: "does not speak"
            ),
            Liar(
                testDescription: "speaks HTTP",
                answer: "HTTP/1.1 400 Bad\r\n\r\n",
                reason: "does not speak"
            ),
            Liar(
                testDescription: "puts an answer behind the S",
                answer: "SR\0\0\0\u{8}\0\0\0\0",
                reason: "in the clear"
            ),
            Liar(
                testDescription: "puts it a little later",
                answer: "S",
                later: "R\0\0\0\u{8}\0\0\0\0Z\0\0\0\u{5}I",
                reason: "TLS: "
            ),
        ]
    )
    func liars(_ liar: Liar) async throws {
        let heard = Mutex<[[UInt8]]>([])
        let server = try LedServer { peer in
            var bytes = peer.read(8)
            peer.write(liar.answer)
            if !liar.later.isEmpty {
                bytes += peer.read()
                peer.write(liar.later)
            }
            bytes += peer.read()
            heard.withLock { $0.append(bytes) }
        }
        defer { server.end() }
        let result = try await DataServerTests.run(
            .postgres(Self.plan(server.port, trust: .anyone)),
            count: 50
        )
        #expect(result.exchanges.outcomes == [.notSecured: 50])
        #expect(result.summary.complaint?.contains(liar.reason) == true, "\(result.summary.complaint ?? "-")")
        let request: [UInt8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]
        let all = heard.withLock { $0 }
        #expect(!all.isEmpty)
        for bytes in all {
            #expect(bytes.starts(with: request))
            // A record of TLS, or nothing.
            #expect(bytes.count == 8 || (liar.answer == "S" && (0x14...0x17).contains(bytes[8])), "\(bytes)")
            #expect(!bytes.contains(subsequence: Array("salted".utf8)))
        }
    }

    @Test(
        "a real server's bytes mean the same wherever they are cut, and a changed one is never taken for the server's",
        .enabled(if: DataServer.hasPostgres, "PostgreSQL 15 is missing: apt-get install postgresql-15")
    )
    func cuts() throws {
        let server = try DataServer.postgres(secured: true)
        let plan = Self.plan(server.port, trust: .anyone)
        let script = SecureScript(
            inner: try PostgresScript(plan, password: DataServer.password),
            context: try TLSContext(
                TLSPlan(trust: .anyone, serverName: nil),
                host: "127.0.0.1",
                protocols: []
            )
        )
        func one(_ take: (Int, [UInt8]) -> [[UInt8]]) throws -> Codecs.Progress {
            var talk = SecureTalk(SecureConversation<PostgresConversation>(script), port: server.port)
            return try talk.query(take)
        }
        // Each byte alone: every position is a cut.
        #expect(try one { _, bytes in bytes.map { [$0] } } == .complete(.ok, reusable: true))
        var random = SeededGenerator(seed: 3)
        for _ in 0..<60 {
            let progress = try one { _, bytes in
                let cut = Int.random(in: 0...bytes.count, using: &random)
                return [Array(bytes[..<cut]), Array(bytes[cut...])].filter { !$0.isEmpty }
            }
            #expect(progress == .complete(.ok, reusable: true))
        }
        var refused = 0
        for _ in 0..<300 {
            let target = Int.random(in: 0..<1_600, using: &random)
            let change = UInt8.random(in: 1 ... .max, using: &random)
            var isChanged = false
            var versions = RecordVersions()
            let progress = try one { before, bytes in
                var bytes = bytes
                for index in bytes.indices where !versions.includes(bytes[index], at: before + index) {
                    if before + index == target {
                        bytes[index] ^= change
                        isChanged = true
                    }
                }
                return [bytes]
            }
            if isChanged {
                refused += 1
                #expect(progress != .complete(.ok, reusable: true), "byte \(target) changed by \(change)")
            } else {
                #expect(progress == .complete(.ok, reusable: true))
            }
        }
        #expect(refused > 150)
    }
}

/// Which bytes behind the S are versions in the heads of records: TLS 1.3 passes them over (RFC 8446, section 5.1).
private struct RecordVersions {
    private var head: [UInt8] = []
    private var left = 0

    mutating func includes(_ byte: UInt8, at index: Int) -> Bool {
        guard index > 0 else { return false }
        guard left == 0 else {
            left -= 1
            return false
        }
        head.append(byte)
        let isVersion = head.count == 2 || head.count == 3
        if head.count == 5 {
            left = Int(head[3]) << 8 | Int(head[4])
            head = []
        }
        return isVersion
    }
}

/// Leads a secured conversation with a real server over a blocking socket, and does to the server's bytes what a test wants.
private struct SecureTalk<C: Conversation> {
    private var conversation: C
    private let port: UInt16

    init(_ conversation: C, port: UInt16) {
        self.conversation = conversation
        self.port = port
    }

    /// What one question came to, or `.incomplete` where the server fell silent for 0.2 s or closed.
    ///
    /// - Parameter take: gets how many bytes came before, and these; gives the pieces that are fed.
    mutating func query(_ take: (Int, [UInt8]) -> [[UInt8]]) throws -> Codecs.Progress {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(fd) }
        guard LoadNginx.withLoopback(port, { connect(fd, $0, $1) }) == 0 else {
            throw LoadTestFailure(reason: "no connection to port \(port)")
        }
        var limit: [Int] = [0, 200_000]  // a timeval, whose initializer is not always found
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var output = OutputBytes()
        _ = conversation.begin(into: &output)
        var before = 0
        while true {
            _ = send(fd, output.bytes.baseAddress, output.count, Int32(MSG_NOSIGNAL))
            output.clear()
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(fd, &chunk, chunk.count, 0)
            guard count > 0 else { return .incomplete }
            let pieces = take(before, Array(chunk[..<count]))
            before += count
            for piece in pieces {
                var position = 0
                repeat {
                    switch feed(piece, &position, &output) {
                    case .incomplete: continue
                    case .ready: _ = conversation.ask(0, into: &output)
                    case let end: return end
                    }
                } while position < piece.count || conversation.hasUnread
            }
        }
    }

    private mutating func feed(_ bytes: [UInt8], _ position: inout Int, _ output: inout OutputBytes)
        -> Codecs.Progress
    {
        bytes.withUnsafeBytes { conversation.feed($0, from: &position, into: &output) }
    }
}

extension [UInt8] {
    fileprivate func contains(subsequence: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: subsequence) }
    }
}
