import Testing

@testable import Plan

/// Checks of every protocol's answers: the same words, and an error where they make no sense.
@Suite struct ProtocolCheckReadingTests {
    private static let redis = #"redis: { url: "redis://h", command: GET x }"#
    private static let postgres = #"postgres: { url: "postgres://h", query: select 1 }"#
    private static let grpc = #"grpc: { url: "grpc://h:1", method: a.B/C }"#
    private static let health = #"grpc: { url: "grpc://h:1", health: "" }"#
    private static let http2 = #"http: { url: "http://h/", version: 2 }"#
    private static let line = #"tcp: { address: "tcp://h:1", send: "a\n", expect: line }"#
    private static let udp = #"udp: { address: "udp://h:1", send: a, expect: any }"#
    private static let dns = #"dns: { server: "dns://h", name: a.test }"#

    static let right: [(load: String, check: String, texts: [String])] = [
        (
            redis, "[ { body: { is: nothing } }, { body: { at-least: -1.50 } } ]",
            ["body is nothing", "body is at least -1.50"]
        ),
        (redis, "{ json: { at: /a, equals: b } }", ["/a equals 'b'"]),
        (
            postgres,
            #"[ { value: { equals: "7" } }, { value: { row: 2, column: name, is: something } }, { rows: 1-10 } ]"#,
            ["row 1 column 1 equals '7'", "row 2 'name' is something", "1–10 rows"]
        ),
        (postgres, "{ value: { column: 3, number: 7.0 } }", ["row 1 column 3 is the number 7.0"]),
        (
            grpc,
            #"[ { status: not_found }, { header: { name: x, equals: y } }, { body: { bytes: "hex:0801" } } ]"#,
            ["status NOT_FOUND", "x equals 'y'", "body is 'hex:0801'"]
        ),
        (grpc, "{ status: 16 }", ["status UNAUTHENTICATED"]),
        (health, "{ status: NOT_FOUND }", ["status NOT_FOUND"]),
        (http2, "[ { body: { contains: a } }, { json: { at: /a } } ]", ["body contains 'a'", "/a exists"]),
        (line, #"{ body: { matches: "^a" } }"#, ["body matches '^a'"]),
        (udp, "{ json: { at: /a } }", ["/a exists"]),
        (
            dns,
            #"[ { address: "2001:DB8::7" }, { record: { type: MX, contains: mail } }, { records: 2 }, { code: NXDOMAIN } ]"#,
            ["address 2001:DB8::7", "MX contains 'mail'", "2 records", "code NXDOMAIN"]
        ),
        (dns, "{ record: { equals: 192.0.2.7 } }", ["record equals '192.0.2.7'"]),
    ]

    @Test(arguments: right.indices)
    func `a check says what it looks at, and survives the canonical text`(_ row: Int) throws {
        let (load, check, texts) = Self.right[row]
        let plan = try LoadText.plan("\(load), check: \(check)")
        let read = try #require(plan.loads.first)
        #expect(read.good.checks.map(\.text) == texts)
        #expect(try Plan(yaml: plan.canonicalText, fileName: "f.yaml").digest == plan.digest)
        #expect(
            try Plan(yaml: read.fileText, fileName: "f.yaml").loads.first?.good == read.good,
            "as an agent gets it"
        )
    }

    static let wrong: [(load: String, check: String, message: String)] = [
        (
            redis, "{ header: { name: a, equals: b } }",
            "header is not for redis, whose answers have none; expected body, json"
        ),
        (redis, "{ rows: 3 }", "rows is not for redis, whose answers have none; expected body, json"),
        (
            postgres, "{ body: { equals: a } }",
            "body is not for postgres, whose answers have none; expected value, rows"
        ),
        (
            grpc, "{ json: { at: /a } }",
            "json is not for grpc, whose answers have none; expected body, status, header"
        ),
        (
            health, "{ body: { equals: a } }",
            "health looks at its message itself; check the status or a header"
        ),
        (http2, "{ body: { is: nothing } }", "is tells nil from a text, and a body here is always a text"),
        (
            #"http: { url: "http://h/", version: 2, method: HEAD }"#, "{ body: { equals: a } }",
            "the answer to HEAD has no body"
        ),
        (
            dns, "{ body: { equals: a } }",
            "body is not for dns, whose answers have none; expected address, record, records, code"
        ),
        (dns, "{ address: web.test }", "address is 'web.test'; expected an IPv4 or IPv6 address"),
        (dns, "{ code: NXDOMAINE }", "code is 'NXDOMAINE'; expected a code such as NXDOMAIN or 3"),
        (dns, "[ { code: NOERROR }, { code: NXDOMAIN } ]", "check names two codes"),
        (dns, "{ records: 3-1 }", "records is '3-1'; expected a number or a range of them"),
        (dns, "{ record: { type: MXX, equals: a } }", "'MXX' is no type"),
        (postgres, "{ value: { row: 0, equals: a } }", "row is '0'; expected a whole number from 1"),
        (
            postgres, "{ value: { column: 1.5, equals: a } }",
            "column is '1.5'; expected a column's number from 1, or its name"
        ),
        (postgres, "{ value: { number: 1e3 } }", "number is '1e3'; expected a number such as 42 or -1.5"),
        (postgres, "{ value: { row: 1 } }", "value has 0 tests; expected one of equals, contains"),
        (redis, "{ body: { is: null } }", "is is nothing; expected nothing, something"),
        (
            #"tcp: { address: "tcp://h:1" }"#, "{ body: { contains: a } }",
            "check: tcp waits for no answer here"
        ),
        (
            #"udp: { address: "udp://h:1" }"#, "{ body: { contains: a } }",
            "check: udp sends datagrams of Faultline's own"
        ),
        (
            #"icmp: { address: "icmp://h" }"#, "{ body: { contains: a } }",
            "check: icmp gives back what was sent"
        ),
    ]

    @Test(arguments: wrong.indices)
    func `a check that makes no sense is one error, with what would`(_ row: Int) {
        let (load, check, message) = Self.wrong[row]
        let found = LoadText.messages("\(load), check: \(check)")
        #expect(found.count == 1 && found[0].contains(message), "\(found)")
    }

    @Test func `words of a command line become checks of the URL's protocol`() throws {
        func texts(_ url: String, _ change: (inout LoadWords) -> Void) throws -> [String] {
            var words = LoadWords()
            (words.url, words.rate) = (url, "10/s")
            change(&words)
            #expect(words.misplaced == nil)
            return try Plan(yaml: words.yaml, fileName: "words").loads[0].good.checks.map(\.text)
        }
        let query = try texts("postgres://u@h/d") {
            $0.resultValues = ["name=ann", "2,3=a=b", "id"]
            $0.resultRows = "1-3"
        }
        #expect(
            query == [
                "row 1 'name' equals 'ann'", "row 2 column 3 equals 'a=b'", "row 1 'id' is something",
                "1–3 rows",
            ]
        )
        let name = try texts("dns://h/a.test") {
            ($0.addresses, $0.records, $0.answerCode) = (["192.0.2.7"], "1", "noerror")
        }
        #expect(name == ["1 records", "code NOERROR", "address 192.0.2.7"])
        for scheme in ["grpc", "grpcs"] {
            #expect(try texts("\(scheme)://h:1/a.B/C") { $0.answerCode = "5" } == ["status NOT_FOUND"])
        }
        #expect(try texts("redis://h") { $0.bodyTexts = ["a"] } == ["body contains 'a'"])
    }
}
