import Testing

@testable import Plan

@Suite struct AnswerCheckReadingTests {
    private static let rate = "rate: 500/s"

    private static func row(_ reason: String, _ check: String, _ expected: String) -> BadFile {
        BadFile(reason, replacing: rate, with: "\(rate)\n    check: \(check)", expects: [expected])
    }

    private static let rows = [
        row(
            "two kinds in one check",
            "{ body: { equals: a }, json: { at: /a } }",
            "13:12: error: a check looks at one thing; expected { body: { contains: ok } }, { header: { name: X-Cache, equals: HIT } } or { json: { at: /status, equals: up } }"
        ),
        row(
            "a body without a test",
            "{ body: {} }",
            "13:20: error: body has 0 tests; expected one of equals, contains, matches, bytes, number, at-least, at-most"
        ),
        row(
            "a test that was misspelt",
            "{ body: { contain: a } }",
            "13:22: error: unknown key 'contain' in body; expected equals, contains, matches, bytes, number, at-least, at-most, is. Did you mean 'contains'?"
        ),
        row(
            "a pattern that is none",
            "{ body: { matches: \"(a\" } }",
            "13:31: error: matches, '(a', is cut off: a group is not closed"
        ),
        row(
            "a pointer that is none",
            "{ json: { at: status, equals: up } }",
            "13:26: error: at is 'status'; expected a JSON pointer such as /items/0/name (RFC 6901)"
        ),
        row(
            "a header without a name",
            "{ header: { equals: HIT } }",
            "13:22: error: header has no key 'name'; expected for example name: X-Cache"
        ),
        row(
            "a header's name that is none",
            "{ header: { name: \"X Cache\", equals: HIT } }",
            "13:30: error: name is 'X Cache'; expected the name of a header, such as X-Cache"
        ),
    ]

    @Test("a check that cannot be made is refused with its place", arguments: rows)
    func refusals(_ row: BadFile) { row.check() }

    @Test("checks survive the canonical text, in order")
    func canonical() throws {
        let checks = """
            [ { header: { name: X-Cache, equals: HIT } }, { body: { contains: "a\\"b" } },
              { body: { matches: "\\\\d+$" } }, { json: { at: /a~1b/0, equals: null } }, { json: { at: "" } } ]
            """
        let yaml = BadFile.base.replacing(Self.rate, with: "\(Self.rate)\n    check: \(checks)")
        let plan = try Plan(yaml: yaml, fileName: "f.yaml")
        let read = try #require(plan.loads.first?.good.checks)
        #expect(
            read.map(\.text) == [
                "X-Cache equals 'HIT'", "body contains 'a\"b'", "body matches '\\d+$'",
                "/a~1b/0 equals 'null'",
                "the JSON text exists",
            ]
        )
        let again = try Plan(yaml: plan.canonicalText, fileName: "f.yaml")
        #expect(again.loads == plan.loads && again.digest == plan.digest)
        let alone = try Plan(yaml: plan.loads[0].fileText, fileName: "f.yaml")
        #expect(alone.loads.first?.good == plan.loads[0].good)
    }

    @Test("words of a command line become checks")
    func words() throws {
        var words = LoadWords()
        words.url = "http://x/"
        words.rate = "10/s"
        words.bodyTexts = ["ok: \"yes\""]
        words.bodyPatterns = ["^[a-z]+$"]
        words.answerHeaders = ["X-Cache: HIT: 1"]
        words.jsonValues = ["/a=b=c", "/d"]
        let plan = try Plan(yaml: words.yaml, fileName: "words")
        #expect(
            plan.loads[0].good.checks.map(\.text) == [
                "X-Cache equals 'HIT: 1'", "body contains 'ok: \"yes\"'", "body matches '^[a-z]+$'",
                "/a equals 'b=c'",
                "/d exists",
            ]
        )
    }
}
