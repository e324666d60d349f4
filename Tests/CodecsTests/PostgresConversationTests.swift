import Codecs
import Measures
import Plan
import Recording
import Testing

@Suite struct PostgresConversationTests {
    private static func script(
        prepared: Bool = false,
        query: String = "select 1",
        parameters: [String] = [],
        user: String = "trusted",
        password: String? = nil
    ) throws -> PostgresScript {
        try PostgresScript(
            PostgresRequestPlan(
                server: ServerAddress(host: "127.0.0.1", port: 5432, user: user),
                database: "postgres",
                query: query,
                isPrepared: prepared,
                parameters: parameters,
                timeout: .seconds(1)
            ),
            password: password,
            nonce: { "rOprNGfwEbeRWgbNEkqO" }
        )
    }

    private static func bytes(_ name: String) throws -> [UInt8] {
        try #require(RecordedBytes.named(name, in: RecordedBytes.postgres).last)
    }

    /// Logged in, and asked.
    private static func talk(prepared: Bool = false, asked: Bool = true) throws -> Talk<PostgresConversation>
    {
        let talk = Talk<PostgresConversation>(try script(prepared: prepared))
        #expect(talk.begin() == .waiting)
        #expect(talk.feed(try bytes("trust")) == [.ready])
        if asked { #expect(talk.ask() == .incomplete) }
        _ = talk.sent
        return talk
    }

    private static func error(_ state: String) -> Outcome {
        .error(AnswerError(.sql, UInt32(state, radix: 36) ?? 0))
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        let name: String
        let progress: [Progress]
        var prepared = false
        var testDescription: String { name }
    }

    static let answers = [
        Answer(name: "simple", progress: [.complete(.ok, reusable: true)]),
        Answer(name: "empty", progress: [.complete(.ok, reusable: true)]),
        Answer(name: "two", progress: [.complete(.ok, reusable: true)]),
        Answer(name: "rows", progress: [.complete(.ok, reusable: true)]),
        Answer(name: "notice", progress: [.complete(.ok, reusable: true)]),
        Answer(name: "notify", progress: [.complete(.ok, reusable: true)]),
        Answer(name: "parameter", progress: [.complete(.ok, reusable: true)]),
        Answer(name: "no table", progress: [.complete(error("42P01"), reusable: true)]),
        // The next query would be in this one's transaction.
        Answer(name: "begin", progress: [.complete(.ok, reusable: false)]),
        Answer(name: "terminated", progress: [.complete(error("57P01"), reusable: false)]),
        Answer(name: "copy", progress: [.failed(.malformed)]),
        Answer(name: "prepared first", progress: [.complete(.ok, reusable: true)], prepared: true),
        Answer(name: "prepared again", progress: [.complete(.ok, reusable: true)], prepared: true),
        Answer(
            name: "prepared error first",
            progress: [.complete(error("42703"), reusable: true)],
            prepared: true
        ),
    ]

    @Test("a real server's answer has its outcome, the same at every cut", arguments: answers)
    func cuts(of answer: Answer) throws {
        let bytes = try Self.bytes(answer.name)
        for cut in 0..<bytes.count {
            let talk = try Self.talk(prepared: answer.prepared)
            #expect(talk.feed(bytes, cuts: [cut]) == answer.progress, "cut at \(cut)")
        }
        let talk = try Self.talk(prepared: answer.prepared)
        #expect(talk.feed(bytes, cuts: Array(0..<bytes.count)) == answer.progress)
        guard answer.name != "copy" else { return }
        #expect(try Self.talk(prepared: answer.prepared).feed(Array(bytes.dropLast())).isEmpty)
    }

    @Test(
        "a log-in is admitted by every method, and says what PostgreSQL wants to hear",
        arguments: [
            ("md5", "md5user", "s3cret", true), ("plain", "plain", "s3cret", true),
            ("scram", "postgres", "s3cret", true), ("scram wrong", "postgres", "wrong", false),
            // The server that lets in whom it should not is the only one whose last word differs.
            ("trust", "trusted", "s3cret", true), ("no database", "trusted", "s3cret", false),
        ]
    )
    func logIn(_ name: String, _ user: String, _ password: String, _ admits: Bool) throws {
        let turns = try RecordedBytes.named(name, in: RecordedBytes.postgres)
        let script = try Self.script(user: user, password: password)
        let longest = turns.map(\.count).max() ?? 0
        for cut in 0..<longest {
            let talk = Talk<PostgresConversation>(script)
            #expect(talk.begin() == .waiting)
            _ = talk.sent
            for (index, turn) in turns.enumerated() {
                if index % 2 == 1 {
                    #expect(talk.sent == turn, "cut at \(cut)")
                } else {
                    let isLast = index == turns.count - 1
                    let expected: [Progress] = admits ? [.ready] : [.failed(.notAdmitted)]
                    #expect(talk.feed(turn, cuts: [cut]) == (isLast ? expected : []), "cut at \(cut)")
                }
            }
        }
    }

    @Test("a server that does not prove that it knows the password is not talked to")
    func impostor() throws {
        var turns = try RecordedBytes.named("scram", in: RecordedBytes.postgres)
        // The server's signature, and its salt's round count, each changed.
        let places = [(4, 20), (4, 30), (2, turns[2].count - 1), (2, 12)]
        for (turn, place) in places {
            let talk = Talk<PostgresConversation>(try Self.script(user: "postgres", password: "s3cret"))
            #expect(talk.begin() == .waiting)
            turns[turn][place] ^= 1
            let progress = [0, 2, 4].flatMap { talk.feed(turns[$0]) }
            turns[turn][place] ^= 1
            #expect(progress.first == .failed(.notAdmitted), "turn \(turn), byte \(place)")
        }
        // AuthenticationOk in the middle of the exchange.
        let talk = Talk<PostgresConversation>(try Self.script(user: "postgres", password: "s3cret"))
        #expect(talk.begin() == .waiting)
        #expect(talk.feed(turns[0]).isEmpty)
        #expect(talk.feed(try Self.bytes("trust")) == [.failed(.notAdmitted)])
    }

    @Test("a password that is asked for and not known, and a method that is not spoken, admit nobody")
    func unknownMethod() throws {
        let methods: [(String?, [UInt8])] = [
            (nil, [0, 0, 0, 3]), ("pw", [0, 0, 0, 7]), ("pw", [0, 0, 0, 9]),
            ("pw", [0, 0, 0, 10] + Array("SCRAM-SHA-1\0\0".utf8)), ("pw", [0, 0, 0, 11]),
        ]
        for (password, body) in methods {
            let talk = Talk<PostgresConversation>(try Self.script(password: password))
            #expect(talk.begin() == .waiting)
            let message = [UInt8(ascii: "R"), 0, 0, 0, UInt8(body.count + 4)] + body
            #expect(talk.feed(message) == [.failed(.notAdmitted)], "\(body)")
        }
    }

    @Test("a prepared query is parsed once a connection, and again only if that failed")
    func parsing() throws {
        let talk = try Self.talk(prepared: true)
        #expect(talk.feed(try Self.bytes("prepared error first")).count == 1)
        func types(_ bytes: [UInt8]) -> String {
            var (types, rest) = ("", bytes[...])
            while rest.count > 4 {
                types.unicodeScalars.append(Unicode.Scalar(rest[rest.startIndex]))
                let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(1 + length)
            }
            return types
        }
        #expect(talk.ask() == .incomplete)
        #expect(types(talk.sent) == "PBES")
        #expect(talk.feed(try Self.bytes("prepared first")) == [.complete(.ok, reusable: true)])
        #expect(talk.ask() == .incomplete)
        #expect(types(talk.sent) == "BES")
    }

    @Test("bytes after an answer are notices, or make the connection useless")
    func excess() throws {
        let simple = try Self.bytes("simple")
        let notice = Array(try Self.bytes("notice").prefix(120))
        #expect(try Self.talk().feed(simple + notice) == [.complete(.ok, reusable: true)])
        #expect(try Self.talk().feed(simple + simple) == [.complete(.ok, reusable: false)])
        #expect(try Self.talk(asked: false).feed(simple) == [.failed(.malformed)])
        let goodbye = Array(try Self.bytes("terminated").dropFirst(46 + 12))
        #expect(try Self.talk(asked: false).feed(goodbye) == [.failed(Self.error("57P01"))])
    }

    @Test("a server that says why and closes has answered; one that closes without a word has not")
    func closing() throws {
        let table = try Self.bytes("no table")
        let told = try Self.talk()
        #expect(told.feed(Array(table.dropLast(6))).isEmpty)
        #expect(told.conversation.end() == .complete(Self.error("42P01"), reusable: false))
        let silent = try Self.talk()
        #expect(silent.feed(Array(try Self.bytes("simple").dropLast(6))).isEmpty)
        #expect(silent.conversation.hasBegun)
        #expect(silent.conversation.end() == .incomplete)
    }

    @Test(
        "what is no message, or stands in the wrong place, is malformed",
        arguments: [
            Array("HTTP/1.1 400 Bad Request\r\n".utf8), [0x5a, 0, 0, 0, 5, 0x49], [0x5a, 0, 0, 0, 5, 0x58],
            [0x5a, 0, 0, 0, 4], [0x43, 0, 0, 0, 3], [0x44, 0x7f, 0xff, 0xff, 0xff],
            [0x52, 0, 0, 0, 8, 0, 0, 0, 0],
            [0x45, 0, 0, 0, 5, 0], [0x45, 0, 0, 0, 9] + Array("C4x\0\0".utf8),
            [0x45, 0, 0, 0, 12] + Array("C42P01\0\0".utf8).dropLast() + [1], [0x47, 0, 0, 0, 7, 0, 0, 0],
        ] as [[UInt8]]
    )
    func malformed(_ bytes: [UInt8]) throws {
        #expect(try Self.talk().feed(bytes) == [.failed(.malformed)])
    }

    @Test("a NUL ends a text of the protocol, so no query holds one")
    func zero() {
        let error = #expect(throws: CodecError.self) { try Self.script(query: "select '\0'") }
        #expect(error?.code == "load.bad-request")
    }

    @Test("20 000 damaged answers and log-ins never trap, and mean the same however they are cut")
    func fuzz() throws {
        var random = SeededGenerator(seed: 13)
        let names = Self.answers.map(\.name) + ["trust", "md5", "scram", "no database"]
        let examples = try names.map { name in
            let turns = try RecordedBytes.named(name, in: RecordedBytes.postgres)
            return (name, turns.enumerated().filter { $0.offset % 2 == 0 }.flatMap(\.element))
        }
        let scripts = [try Self.script(password: "s3cret"), try Self.script(prepared: true)]
        let login = try Self.bytes("trust")
        var (complete, malformed) = (0, 0)
        for _ in 0..<20_000 {
            let (name, original) = try #require(examples.randomElement(using: &random))
            let bytes = damaged(original, Array("ERZCTD12SAKN\0".utf8), &random)
            let cuts = drawnCuts(bytes.count, &random)
            let both = [[], cuts].map { cuts in
                let talk = Talk<PostgresConversation>(scripts[name.hasPrefix("prepared") ? 1 : 0])
                _ = talk.begin()
                if Self.answers.contains(where: { $0.name == name }) {
                    _ = talk.feed(login)
                    _ = talk.ask()
                }
                return talk.feed(bytes, cuts: cuts)
            }
            if outcomes(both[0]).first != outcomes(both[1]).first {
                Issue.record("\(both): \(name), \(bytes)")
            }
            if case .complete? = both[0].first { complete += 1 }
            if both[0].first == .failed(.malformed) { malformed += 1 }
        }
        #expect(complete > 1_000 && malformed > 1_000)
    }
}
