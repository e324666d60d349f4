import Codecs
import Measures
import Plan
import Recording
import Testing

@Suite struct RedisConversationTests {
    static let replies = RecordedBytes.redis.map { record in
        Reply(name: record.name, version: record.fields[0] == [3] ? .three : .two, bytes: record.fields[1])
    }

    struct Reply: Sendable, CustomTestStringConvertible {
        let name: String
        let version: RedisRequestPlan.Version
        let bytes: [UInt8]
        var testDescription: String { name }
        var outcome: Outcome {
            ["error", "wrong type"].contains(name) ? .error(AnswerError(.redis, 0)) : .ok
        }
    }

    private static func script(
        _ words: String = "GET x",
        version: RedisRequestPlan.Version = .two,
        user: String? = nil,
        password: String? = nil,
        database: Int = 0
    ) -> RedisScript {
        RedisScript(
            RedisRequestPlan(
                server: ServerAddress(host: "127.0.0.1", port: 6379, user: user),
                database: database,
                command: words.split(separator: " ").map { Array($0.utf8) },
                version: version,
                timeout: .seconds(1)
            ),
            password: password
        )
    }

    private static func talk(_ script: RedisScript, asked: Int = 1) -> Talk<RedisConversation> {
        let talk = Talk<RedisConversation>(script)
        #expect(talk.begin() == .ready)
        for _ in 0..<asked { #expect(talk.ask() == .incomplete) }
        return talk
    }

    /// Answers to HELLO, from which RESP3 is spoken.
    private static func greeted(asked: Int = 1) throws -> Talk<RedisConversation> {
        let talk = Talk<RedisConversation>(script(version: .three))
        #expect(talk.begin() == .waiting)
        let hello = try #require(replies.first { $0.name == "hello" }).bytes
        #expect(talk.feed(hello) == [.ready])
        for _ in 0..<asked { #expect(talk.ask() == .incomplete) }
        return talk
    }

    private static func talk(for reply: Reply) throws -> Talk<RedisConversation> {
        try reply.version == .three ? greeted() : talk(script())
    }

    @Test("a real server's reply is one answer, the same at every cut", arguments: replies)
    func cuts(of reply: Reply) throws {
        let expected = [Progress.complete(reply.outcome, reusable: true)]
        for cut in 0..<reply.bytes.count {
            #expect(try Self.talk(for: reply).feed(reply.bytes, cuts: [cut]) == expected, "cut at \(cut)")
        }
        #expect(try Self.talk(for: reply).feed(reply.bytes, cuts: Array(0..<reply.bytes.count)) == expected)
        #expect(try Self.talk(for: reply).feed(Array(reply.bytes.dropLast())).isEmpty)
    }

    @Test("commands in flight are answered in order, wherever their replies are cut")
    func pipelined() throws {
        let two = Self.replies.filter { $0.version == .two }
        let bytes = two.flatMap(\.bytes)
        let expected = two.map { Progress.complete($0.outcome, reusable: true) }
        for cut in 0..<bytes.count {
            let talk = Self.talk(Self.script(), asked: two.count)
            #expect(talk.feed(bytes, cuts: [cut]) == expected, "cut at \(cut)")
        }
    }

    @Test("a command goes out as an array of its words, as many times as it is asked")
    func command() {
        let talk = Self.talk(Self.script("SET key value"), asked: 2)
        let once = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n"
        #expect(String(decoding: talk.sent, as: UTF8.self) == once + once)
    }

    @Test(
        "what a connection begins with follows from the plan",
        arguments: [
            (RedisRequestPlan.Version.two, nil, nil, 0, ""), (.two, nil, "pw", 0, "AUTH pw"),
            (.two, "app", "pw", 2, "AUTH app pw,SELECT 2"), (.two, nil, nil, 3, "SELECT 3"),
            (.three, nil, nil, 0, "HELLO 3"), (.three, nil, "pw", 1, "HELLO 3 AUTH default pw,SELECT 1"),
        ] as [(RedisRequestPlan.Version, String?, String?, Int, String)]
    )
    func opening(
        _ version: RedisRequestPlan.Version,
        _ user: String?,
        _ password: String?,
        _ database: Int,
        _ expected: String
    ) {
        let script = Self.script(version: version, user: user, password: password, database: database)
        let steps = expected.split(separator: ",")
        let talk = Talk<RedisConversation>(script)
        #expect(talk.begin() == (steps.isEmpty ? .ready : .waiting))
        let encoded = steps.map { step in
            let words = step.split(separator: " ")
            return "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
        }
        #expect(String(decoding: talk.sent, as: UTF8.self) == encoded.joined())
        guard !steps.isEmpty else { return }
        #expect(talk.feed(steps.flatMap { _ in Array("+OK\r\n".utf8) }) == [.ready])
    }

    @Test(
        "a log-in that is answered with an error admits nobody",
        arguments: [
            "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
            "+OK\r\n-ERR DB index is out of range\r\n", "-LOADING Redis is loading the dataset in memory\r\n",
        ]
    )
    func refused(_ answer: String) {
        let talk = Talk<RedisConversation>(Self.script(password: "wrong", database: 99))
        #expect(talk.begin() == .waiting)
        #expect(talk.feed(Array(answer.utf8)) == [.failed(.notAdmitted)])
    }

    @Test("only commands that read are repeated")
    func repetition() {
        #expect(Self.script("get x").mayRepeat && Self.script("LRANGE l 0 1").mayRepeat)
        #expect(!Self.script("SET x 1").mayRepeat && !Self.script("GETDEL x").mayRepeat)
        #expect(!Self.script("EVAL script 0").mayRepeat)
    }

    @Test("a reply that nobody asked for is no answer to the next command")
    func excess() throws {
        let talk = Self.talk(Self.script())
        #expect(talk.feed(Array("+OK\r\n+OK\r\n".utf8)) == [.complete(.ok, reusable: false)])
        #expect(
            Self.talk(Self.script()).feed(Array("+OK\r\n+O".utf8)) == [.complete(.ok, reusable: false)]
        )
        #expect(Self.talk(Self.script(), asked: 0).feed(Array("+OK\r\n".utf8)) == [.failed(.malformed)])
    }

    @Test("pushes may come at any time between replies, and are none")
    func pushes() throws {
        let push = ">2\r\n+invalidate\r\n*1\r\n$1\r\nx\r\n"
        let idle = try Self.greeted(asked: 0)
        #expect(idle.feed(Array(push.utf8)).isEmpty)
        #expect(!idle.conversation.hasBegun)
        let whole = Array((push + "+OK\r\n" + push + push.prefix(9)).utf8)
        for cut in 0..<whole.count {
            let talk = try Self.greeted()
            #expect(talk.feed(whole, cuts: [cut]) == [.complete(.ok, reusable: true)], "cut at \(cut)")
            // The last push was begun only; its rest and the next reply are told apart.
            #expect(talk.ask() == .incomplete)
            let rest = Array((push.dropFirst(9) + ":1\r\n").utf8)
            #expect(talk.feed(rest) == [.complete(.ok, reusable: true)])
        }
        #expect(Self.talk(Self.script()).feed(Array(push.utf8)) == [.failed(.malformed)])
    }

    @Test("a reply's depth costs nothing")
    func deep() throws {
        let bytes = Array((String(repeating: "*1\r\n", count: 100_000) + ":1\r\n").utf8)
        #expect(Self.talk(Self.script()).feed(bytes) == [.complete(.ok, reusable: true)])
        let attributes = Array((String(repeating: "|1\r\n+a\r\n", count: 10_000) + "+b\r\n+c\r\n").utf8)
        #expect(try Self.greeted().feed(attributes).isEmpty)
    }

    static let nonsense = [
        "HTTP/1.1 400 Bad Request\r\n", "+OK\n", "+OK\rX", ":\r\n", ":1a\r\n", ":--1\r\n", "$\r\n", "$-2\r\n",
        "*-2\r\n",
        "$4294967297\r\n", "*99999999999999999999\r\n", "$+1\r\n", "$2\r\nabc\r\n", "$?\r\n", "*?\r\n",
        "#x\r\n", "#tt\r\n",
        "#\r\n", "_x\r\n", ",\r\n", ",x\r\n", "(\r\n", "=3\r\ntxt\r\n", "%-1\r\n", "*1\r\n>1\r\n+a\r\n",
        "|1\r\n+a\r\n+b\r\n>1\r\n",
        ".\r\n", ";4\r\n", "+" + String(repeating: "a", count: 65_537) + "\r\n",
    ]

    @Test("what is no reply is malformed, streamed types too", arguments: nonsense)
    func malformed(_ text: String) throws {
        #expect(try Self.greeted().feed(Array(text.utf8)) == [.failed(.malformed)])
    }

    @Test(
        "RESP3's types are malformed where RESP2 is spoken",
        arguments: ["_", "#t", ",1", "(1", "%0", "~0", "|0", ">0"]
    )
    func otherVersion(_ text: String) {
        #expect(Self.talk(Self.script()).feed(Array("\(text)\r\n".utf8)) == [.failed(.malformed)])
    }

    @Test("20 000 damaged replies never trap, and mean the same however they are cut")
    func fuzz() throws {
        var random = SeededGenerator(seed: 11)
        var (complete, malformed) = (0, 0)
        for _ in 0..<20_000 {
            let reply = try #require(Self.replies.randomElement(using: &random))
            let bytes = damaged(reply.bytes, Array("\r\n+-:$*_#,(=!%~>|0123".utf8), &random)
            let whole = try Self.talk(for: reply).feed(bytes)
            let cut = try Self.talk(for: reply).feed(bytes, cuts: drawnCuts(bytes.count, &random))
            if outcomes(whole).first != outcomes(cut).first { Issue.record("\(whole), \(cut): \(bytes)") }
            if case .complete? = whole.first { complete += 1 }
            if whole.first == .failed(.malformed) { malformed += 1 }
        }
        #expect(complete > 1_000 && malformed > 1_000)
    }
}
