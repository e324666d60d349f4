import Measures
import Plan
import Recording
import Testing

@testable import Codecs

/// Checks of what Redis and PostgreSQL answer, on bytes of real servers cut at every position.
@Suite struct DataCheckTests {
    private static func failed(_ place: UInt32) -> Progress { ProtocolCheckTests.failed(place) }

    // MARK: Redis

    private func redis(_ checks: [AnswerCheck], _ version: RedisRequestPlan.Version) throws -> Talk<
        RedisConversation
    > {
        let plan = RedisRequestPlan(
            server: ServerAddress(host: "127.0.0.1", port: 6379),
            command: [Array("GET".utf8), Array("x".utf8)],
            version: version,
            timeout: .seconds(1)
        )
        let talk = Talk<RedisConversation>(RedisScript(plan, password: nil, checks: checks))
        _ = talk.begin()
        if version == .three {
            let hello = try #require(RedisConversationTests.replies.first { $0.name == "hello" })
            #expect(talk.feed(hello.bytes) == [.ready])
        }
        #expect(talk.ask() == .incomplete)
        return talk
    }

    /// By the reply's name in Cases/redis.txt: its text, nil where it is nothing.
    static let texts: [(name: String, text: String?)] = [
        ("status", "PONG"), ("integer", "1"), ("bulk", "a\r\nb"), ("null bulk", nil), ("array", "a\nb\n"),
        ("null array", nil), ("empty array", ""), ("debug integer", "12345"), ("debug null", nil),
        ("debug true", "t"), ("debug array", "0\n1\n2"), ("debug verbatim", "This is a verbatim\nstring"),
    ]

    @Test(arguments: texts.indices)
    func `a reply of Redis is checked as a text, and nil is none`(_ row: Int) throws {
        let (name, text) = Self.texts[row]
        let reply = try #require(RedisConversationTests.replies.first { $0.name == name })
        let right: [AnswerCheck] =
            text.map { [.body(.equals($0)), .body(.isNothing(false))] } ?? [.body(.isNothing(true))]
        let wrong: [AnswerCheck] =
            text.map { [.body(.equals($0 + " ")), .body(.isNothing(true))] } ?? [
                .body(.isNothing(false)), .body(.equals("")), .body(.contains("")),
            ]
        for cut in 0..<reply.bytes.count {
            let talk = try redis(right, reply.version)
            #expect(
                talk.feed(reply.bytes, cuts: [cut]) == [.complete(.ok, reusable: true)],
                "\(name), cut at \(cut)"
            )
        }
        for check in wrong {
            #expect(
                try redis([check], reply.version).feed(reply.bytes) == [Self.failed(0)],
                "\(name): \(check.text)"
            )
        }
    }

    @Test func `what describes a reply, and pushes before it, are not its text`() throws {
        let bytes = Array(
            ">2\r\n+a\r\n+b\r\n|1\r\n+key\r\n*2\r\n:1\r\n:2\r\n*2\r\n|1\r\n+k\r\n%1\r\n+c\r\n:3\r\n+d\r\n_\r\n"
                .utf8
        )
        for cut in 0..<bytes.count {
            let talk = try redis([.body(.equals("d\n"))], .three)
            #expect(talk.feed(bytes, cuts: [cut]) == [.complete(.ok, reusable: true)], "cut at \(cut)")
        }
    }

    @Test func `of commands in flight each reply is checked by itself, and an error stays one`() throws {
        let talk = try redis([.body(.equals("7")), .body(.number(try number(.equal, "7.0")))], .two)
        for _ in 0..<4 { #expect(talk.ask() == .incomplete) }
        let bytes = Array("$1\r\n7\r\n:7\r\n+8\r\n-ERR no\r\n$-1\r\n".utf8)
        let ok = Progress.complete(.ok, reusable: true)
        let error = Progress.complete(.error(AnswerError(.redis, 0)), reusable: true)
        #expect(talk.feed(bytes) == [ok, ok, Self.failed(0), error, Self.failed(0)])
    }

    @Test func `of a long reply the beginning is checked`() throws {
        let long = String(repeating: "x", count: 3 * AnswerCheck.bodyLimit) + "end"
        let bytes = Array("$\(long.utf8.count)\r\n\(long)\r\n".utf8)
        let cuts = Array(stride(from: 0, to: bytes.count, by: 10_000))
        #expect(
            try redis([.body(.contains("xxx"))], .two).feed(bytes, cuts: cuts) == [
                .complete(.ok, reusable: true)
            ]
        )
        #expect(try redis([.body(.contains("end"))], .two).feed(bytes, cuts: cuts) == [Self.failed(0)])
        #expect(try redis([.body(.equals(long))], .two).feed(bytes, cuts: cuts) == [Self.failed(0)])
    }

    // MARK: PostgreSQL

    private func postgres(_ checks: [AnswerCheck], prepared: Bool = false) throws -> Talk<
        PostgresConversation
    > {
        let plan = PostgresRequestPlan(
            server: ServerAddress(host: "127.0.0.1", port: 5432, user: "trusted"),
            database: "postgres",
            query: "select 1",
            isPrepared: prepared,
            timeout: .seconds(1)
        )
        let talk = Talk<PostgresConversation>(try PostgresScript(plan, password: nil, checks: checks))
        _ = talk.begin()
        #expect(
            talk.feed(try #require(RecordedBytes.named("trust", in: RecordedBytes.postgres).last)) == [.ready]
        )
        #expect(talk.ask() == .incomplete)
        return talk
    }

    /// Three columns, "repeat" of 300 x, "?column?" NULL, "generate_series" 1 …, as recorded.
    @Test func `cells of a result are checked by number and by name, and NULL is no text`() throws {
        let bytes = try #require(RecordedBytes.named("rows", in: RecordedBytes.postgres).last)
        let x = String(repeating: "x", count: 300)
        let right: [AnswerCheck] = [
            .value(ResultCell(), .equals(x)), .value(ResultCell(row: 2, column: .number(3)), .equals("2")),
            .value(ResultCell(column: .name("?column?")), .isNothing(true)),
            .value(
                ResultCell(row: 1, column: .name("generate_series")),
                .number(try number(.atMost, "1.000"))
            ),
            .rows(2...1_000),
        ]
        for cut in 0..<min(bytes.count, 1_000) {
            #expect(
                try postgres(right).feed(bytes, cuts: [cut]) == [.complete(.ok, reusable: true)],
                "cut at \(cut)"
            )
        }
        #expect(
            try postgres(right).feed(bytes, cuts: Array(0..<bytes.count)) == [.complete(.ok, reusable: true)]
        )
        let wrong: [AnswerCheck] = [
            .value(ResultCell(column: .number(2)), .equals("")),
            .value(ResultCell(column: .number(2)), .isNothing(false)),
            .value(ResultCell(column: .number(4)), .isNothing(true)),
            .value(ResultCell(row: 9_999), .contains("")),
            .value(ResultCell(column: .name("repea")), .contains("")), .value(ResultCell(), .equals(x + "x")),
            .rows(0...1),
        ]
        for check in wrong {
            #expect(try postgres(right + [check]).feed(bytes) == [Self.failed(5)], "\(check.text)")
        }
    }

    @Test func `rows of all results of a query count, and an error stays one`() throws {
        let two = try #require(RecordedBytes.named("two", in: RecordedBytes.postgres).last)
        #expect(
            try postgres([.rows(2...2), .value(ResultCell(row: 2), .equals("2"))]).feed(two) == [
                .complete(.ok, reusable: true)
            ]
        )
        let error = try #require(RecordedBytes.named("no table", in: RecordedBytes.postgres).last)
        let expected = Outcome.error(AnswerError(.sql, UInt32("42P01", radix: 36) ?? 0))
        #expect(try postgres([.rows(2...2)]).feed(error) == [.complete(expected, reusable: true)])
    }

    @Test func `a prepared query is described only where a column is known by its name`() throws {
        let described: [UInt8] =
            [0x31, 0, 0, 0, 4, 0x32, 0, 0, 0, 4, 0x54, 0, 0, 0, 26, 0, 1, 0x61, 0]
            + [UInt8](repeating: 0, count: 18)
            + [0x44, 0, 0, 0, 11, 0, 1, 0, 0, 0, 1, 0x37, 0x43, 0, 0, 0, 5, 0, 0x5a, 0, 0, 0, 5, 0x49]
        let named = try postgres([.value(ResultCell(column: .name("a")), .equals("7"))], prepared: true)
        #expect(named.sent.suffix(22).first == UInt8(ascii: "D"), "Describe, before Execute and Sync")
        for cut in 0..<described.count {
            let talk = try postgres([.value(ResultCell(column: .name("a")), .equals("7"))], prepared: true)
            #expect(talk.feed(described, cuts: [cut]) == [.complete(.ok, reusable: true)], "cut at \(cut)")
        }
        // By number nobody asked for a description, and none may come.
        let numbered = try postgres([.value(ResultCell(), .equals("7"))], prepared: true)
        #expect(numbered.feed(described) == [.failed(.malformed)])
    }

    @Test func `20 000 damaged answers never trap, and are judged alike however they are cut`() throws {
        var random = SeededGenerator(seed: 17)
        let checks: [AnswerCheck] = [
            .value(ResultCell(column: .name("generate_series")), .contains("1")),
            .value(ResultCell(row: 2), .isNothing(false)),
            .rows(1...5),
        ]
        let rows = try #require(RecordedBytes.named("rows", in: RecordedBytes.postgres).last)
        for _ in 0..<10_000 {
            let bytes = damaged(rows, Array("TDCZ\0\u{1}".utf8), &random)
            let cuts = drawnCuts(bytes.count, &random)
            let both = [try postgres(checks).feed(bytes), try postgres(checks).feed(bytes, cuts: cuts)]
            if outcomes(both[0]).first != outcomes(both[1]).first { Issue.record("\(both): \(bytes)") }
        }
        for _ in 0..<10_000 {
            let reply = try #require(RedisConversationTests.replies.randomElement(using: &random))
            let bytes = damaged(reply.bytes, Array("\r\n+-:$*_=%~>|0123".utf8), &random)
            let cuts = drawnCuts(bytes.count, &random)
            let checks: [AnswerCheck] = [.body(.contains("1"))]
            let both = [
                try redis(checks, reply.version).feed(bytes),
                try redis(checks, reply.version).feed(bytes, cuts: cuts),
            ]
            if outcomes(both[0]).first != outcomes(both[1]).first { Issue.record("\(both): \(bytes)") }
        }
    }
}
