import Measures
import Testing

@testable import Plan

/// Loads of Redis and PostgreSQL: what a file may say, and what is never said again.
@Suite struct DatabaseLoadTests {
    private func plan(_ request: String) throws(PlanError) -> Plan {
        let yaml = "faultline: 1\nname: alone\nload:\n  main: { \(request), rate: 10/s }\nduration: 1s\n"
        return try Plan(yaml: yaml, fileName: "f.yaml")
    }

    private func request(_ text: String) throws -> RequestPlan {
        try #require(try plan(text).loads.first).request
    }

    private func messages(_ request: String) -> [String] {
        do {
            _ = try plan(request)
            return []
        } catch { return error.diagnostics.map(\.message) }
    }

    @Test func `a redis load has an address, a log-in, a database and a command`() throws {
        let url = "redis://app:p%40ss%2F%20w%C3%B6rd@[::1]:7000/3"
        let made = try request(
            #"redis: { url: "\#(url)", command: [SET, k, "a b"], protocol: 3, timeout: 2s }"#
        )
        let expected = RedisRequestPlan(
            server: ServerAddress(host: "::1", port: 7000, user: "app", secret: .password("p@ss/ wörd")),
            database: 3,
            command: ["SET", "k", "a b"].map { Array($0.utf8) },
            version: .three,
            timeout: .seconds(2)
        )
        #expect(made == .redis(expected))
        let least = try request(#"redis: { url: "redis://h", command: GET x }"#)
        #expect(
            least
                == .redis(
                    RedisRequestPlan(
                        server: ServerAddress(host: "h", port: 6379),
                        command: ["GET", "x"].map { Array($0.utf8) },
                        timeout: .seconds(1)
                    )
                )
        )
    }

    @Test func `a postgres load has an address, a log-in, a database and a query`() throws {
        let made = try request(
            #"postgres: { url: "postgresql://app@h/shop", query: "select $1", prepared: true, parameters: [7], password-variable: FAULTLINE_DB }"#
        )
        let expected = PostgresRequestPlan(
            server: ServerAddress(host: "h", port: 5432, user: "app", secret: .variable("FAULTLINE_DB")),
            database: "shop",
            query: "select $1",
            isPrepared: true,
            parameters: ["7"],
            timeout: .seconds(1)
        )
        #expect(made == .postgres(expected))
        let least = try request(#"postgres: { url: "postgres://app@h", query: "" }"#)
        guard case .postgres(let plan) = least else { return #expect(Bool(false)) }
        #expect(plan.user == "app" && plan.database == "app" && plan.query.isEmpty && !plan.isPrepared)
    }

    static let loads = [
        #"redis: { url: "redis://:p%40%3A%2F%25@h/2", command: "SET k \"\\xff\\x00\\n a\\\"\" ''", protocol: 3 }"#,
        #"redis: { url: "redis://a@h", command: "get x", password-variable: FAULTLINE_PASSWORD }"#,
        #"redis: { url: "rediss://:x@h/1", command: PING, pipeline: 16, tls: { trust: /a.pem, name: b } }"#,
        #"postgres: { url: "postgres://u:%20p@h:1/d%2Fb", query: "select '\"\\n'" }"#,
        #"postgres: { url: "postgres://h/d?sslmode=verify-full&sslrootcert=/a%20b.pem", query: a }"#,
        #"postgres: { url: "postgres://h/d", query: a, tls: { trust: anyone, name: db.example } }"#,
        #"postgres: { url: "postgres://h/d", query: "select $1, $2", prepared: true, parameters: ["", "a\nb"] }"#,
    ]

    @Test(arguments: loads)
    func `what goes to the host that sends is the same load`(_ text: String) throws {
        let plan = try plan(text)
        let load = try #require(plan.loads.first)
        let sent = try Plan(yaml: load.fileText, fileName: "sent")
        #expect(sent.loads.first?.request == load.request)
        #expect(try Plan(yaml: plan.canonicalText, fileName: "again").digest == plan.digest)
    }

    @Test func `a command is taken apart as redis-cli does, and written so that it is the same again`() throws
    {
        let cases: [(String, [[UInt8]]?)] = [
            ("GET  x ", [Array("GET".utf8), Array("x".utf8)]),
            (
                #"a "b \"c\" \n\x41\xzz" 'd\'e\n'"#,
                [[0x61], Array("b \"c\" \nAxzz".utf8), Array(#"d'e\n"#.utf8)]
            ),
            (#"a"b""#, [Array("ab".utf8)]), (#""""#, [[]]), (#""a"b"#, nil), (#""a"#, nil), (#"'a"#, nil),
            ("", []),
        ]
        for (text, words) in cases { #expect((try? RedisCommandText(text))?.words == words, "\(text)") }
        var random = SeededGenerator(seed: 3)
        for _ in 0..<1_000 {
            let words = (0..<3).map { _ in
                (0..<Int.random(in: 0...6, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            }
            let text = words.map { RedisCommandText.quote($0) }.joined(separator: " ")
            #expect(try RedisCommandText(text).words == words)
        }
    }

    @Test(arguments: [
        (#"redis: { url: "http://h/", command: GET x }"#, "no address of this protocol; expected redis://"),
        (#"redis: { url: "redis://h/x", command: GET x }"#, "url has no database '/x'"),
        (#"redis: { url: "redis://h" }"#, "redis has no key 'command'"),
        (#"redis: { url: "redis://h", command: "" }"#, "command is empty"),
        (#"redis: { url: "redis://h", command: "GET 'x" }"#, "a quotation that does not end"),
        (
            #"redis: { url: "redis://h", command: subscribe x }"#,
            "SUBSCRIBE changes what a connection answers"
        ),
        (
            #"redis: { url: "redis://h", command: client reply off }"#,
            "CLIENT changes what a connection answers"
        ),
        (#"redis: { url: "redis://h", command: GET x, protocol: 4 }"#, "'4' is no protocol; expected 2, 3"),
        (#"redis: { url: "redis://h:0", command: GET x }"#, "'0' is no port"),
        (#"redis: { url: "redis://h", command: GET x, pipeline: 0 }"#, "pipeline is '0'"),
        (
            #"redis: { url: "redis://h", command: GET x, tls: { trust: anyone } }"#,
            "the address is not secured"
        ),
        (#"redis: { url: "redis://", command: GET x }"#, "url names no host"),
        (
            #"redis: { url: "redis://h", command: GET x, password-variable: PATH }"#,
            "expected a name that begins with FAULTLINE_"
        ),
        (
            #"redis: { url: "redis://:a@h", command: GET x, password-variable: FAULTLINE_A }"#,
            "expected one of them"
        ),
        (
            #"postgres: { url: "postgres://h/a?sslmode=prefer", query: a }"#,
            "sslmode is 'prefer'; expected disable, require, verify-full"
        ),
        (#"postgres: { url: "postgres://h/a?sslrootcert=ca.pem", query: a }"#, "the parameter 'sslrootcert'"),
        (
            #"postgres: { url: "postgres://h/a?password=s3cret", query: a }"#,
            "the parameter 'password'; expected"
        ),
        (
            #"postgres: { url: "postgres://h/a?sslmode=disable", query: a, tls: { trust: anyone } }"#,
            "say different things"
        ),
        (
            #"postgres: { url: "postgres://h/a?sslmode=verify-full", query: a, tls: { trust: anyone } }"#,
            "say different things"
        ),
        (
            #"postgres: { url: "postgres://h/a?sslrootcert=/a.pem", query: a, tls: { trust: /b.pem } }"#,
            "say different things"
        ),
        (#"postgres: { url: "postgres://h", query: a, prepared: yes }"#, "'yes' is no prepared"),
        (
            #"postgres: { url: "postgres://h", query: a, parameters: [1] }"#,
            "a simple query takes no parameters"
        ),
        (
            #"http: { url: "http://h/" }, redis: { url: "redis://h", command: GET x }"#,
            "http, redis are given"
        ),
        (#"rediss: { url: "redis://h", command: GET x }"#, "unknown key 'rediss'"),
    ])
    func `a load that cannot be is refused with one message`(_ text: String, _ expected: String) {
        let found = messages(text)
        #expect(found.count == 1 && found.first?.contains(expected) == true, "\(found)")
    }

    @Test(arguments: [
        "redis://:s3cret/x@h/0", "redis://:s3cret x@h/0", "redis://:s3cret%zz@h/0", "redis://:s3cret@/0",
        "redis://:s3cret@h:x/0", "redis://:s3cret@h/x", "redisss://:s3cret@h/0", "s3cret",
        "redis://:s3cret#@h/0",
    ])
    func `no message tells a password, however wrong the address is`(_ url: String) {
        let found = messages(#"redis: { url: "\#(url)", command: GET x }"#)
        #expect(found.count == 1 && !found[0].contains("s3cret"), "\(found)")
    }

    @Test(
        arguments: [
            ("postgres://h/d", "", nil), ("postgres://h/d?sslmode=disable", "", nil),
            ("postgres://h/d?sslmode=require", "", TLSPlan(trust: .anyone, serverName: nil)),
            ("postgres://h?sslmode=verify-full", "", TLSPlan(trust: .system, serverName: nil)),
            ("postgres://h/?sslrootcert=/a.pem", "", TLSPlan(trust: .file("/a.pem"), serverName: nil)),
            (
                "postgres://h/d?sslmode=require&sslrootcert=/a.pem", "",
                TLSPlan(trust: .file("/a.pem"), serverName: nil)
            ),
            ("postgres://h/d", ", tls: {}", TLSPlan(trust: .system, serverName: nil)),
            (
                "postgres://h/d?sslmode=verify-full", ", tls: { trust: /b.pem, name: c }",
                TLSPlan(trust: .file("/b.pem"), serverName: "c")
            ),
        ] as [(String, String, TLSPlan?)]
    )
    func `PostgreSQL is secured by tls or by libpq's words`(_ url: String, _ more: String, _ tls: TLSPlan?)
        throws
    {
        let request = try request(#"postgres: { url: "\#(url)", query: a\#(more) }"#)
        #expect(request.tls == tls)
        #expect(request.text.contains("over TLS") == (tls != nil))
    }

    @Test func `what people read of a load tells no password`() throws {
        for text in [Self.loads[0], #"postgres: { url: "postgres://u:s3cret@h/d", query: "select 1" }"#] {
            let request = try request(text)
            #expect(!request.text.contains("p@") && !request.text.contains("s3cret"), "\(request.text)")
        }
        #expect("\(Secret.password("s3cret"))" == "a password")
        #expect(String(reflecting: Secret.password("s3cret")) == "a password")
    }

    @Test func `words of a command line make such a load, and another protocol's words are refused`() throws {
        var words = LoadWords()
        words.url = "redis://:x@h/1"
        words.rate = "10/s"
        words.command = #"SET k "a b""#
        words.version = "3"
        words.pipeline = "16"
        let redis = try Plan(yaml: words.yaml, fileName: "words").loads.first?.request
        #expect(redis?.text == #"SET k "a b" at redis://h:6379/1, 16 in a pipeline"#)
        #expect(redis?.mostUnderWay == 16)
        #expect(words.misplaced == nil)
        words.query = "select 1"
        #expect(words.misplaced == "--query belongs to postgres://, and the URL is redis://")
        words = LoadWords()
        words.url = "postgres://u@h/d"
        words.rate = "10/s"
        words.isPrepared = true
        words.passwordVariable = "FAULTLINE_X"
        let postgres = try Plan(yaml: words.yaml, fileName: "words").loads.first?.request
        #expect(postgres?.text == "SELECT 1 at postgres://h:5432/d, prepared")
        #expect(words.misplaced == nil)
        (words.url, words.isPrepared) = ("http://h/", false)
        #expect(words.misplaced?.hasPrefix("--password-variable") == true)
    }
}
