import Testing

@testable import Plan

/// Closed models, connections and retries of a load.
@Suite struct LoadModelTests {
    private static func row(_ reason: String, _ lines: String, _ expected: String) -> BadFile {
        BadFile(reason, replacing: "rate: 500/s", with: lines, expects: [expected])
    }

    private static let rows = [
        row(
            "users who think without a unit",
            "rate: { closed: { users: 4, think: 10 } }",
            "12:40: error: think is '10' without a unit; expected a duration such as 200ms (units: ns, us, ms, s, m, h)"
        ),
        row(
            "a closed model without users",
            "rate: { closed: { think: 10ms } }",
            "12:21: error: closed has no key 'users'; expected for example users: 64"
        ),
        row(
            "a connection that serves nothing",
            "rate: 5/s\n    connections: { reuse: 0 }",
            "13:27: error: reuse is '0'; expected never, or the requests of one connection from 1 to 1000000"
        ),
        row(
            "endless retries",
            "rate: 5/s\n    retries: 11",
            "13:14: error: retries is '11'; expected a whole number from 0 to 10"
        ),
    ]

    @Test("what is wrong is said with its place", arguments: rows)
    func refusals(_ row: BadFile) { row.check() }

    @Test(
        "a load says the same after its canonical text",
        arguments: [
            "rate: { closed: { users: 100, think: 10ms } }", "rate: { closed: { users: 3 } }",
            "rate: { closed: { users: 3, think: { exponential: 1.5s } } }",
            "rate: 5/s\n    connections: { most: 7, reuse: never }\n    retries: 3",
            "rate: 5/s\n    connections: { reuse: 100 }",
        ]
    )
    func canonical(_ lines: String) throws {
        let plan = try Plan(yaml: BadFile.base.replacing("rate: 500/s", with: lines), fileName: "f.yaml")
        let again = try Plan(yaml: plan.canonicalText, fileName: "f.yaml")
        #expect(again.loads == plan.loads && again.digest == plan.digest)
    }

    @Test("users of a closed model do not wait for each other's connections unless the file says so")
    func connections() throws {
        for (lines, expected) in [
            ("rate: { closed: { users: 100 } }", 100), ("rate: { closed: { users: 5 } }", 64),
            ("rate: { closed: { users: 100 } }\n    connections: 8", 8),
        ] {
            let plan = try Plan(yaml: BadFile.base.replacing("rate: 500/s", with: lines), fileName: "f.yaml")
            #expect(plan.loads[0].connections == expected)
        }
    }

    @Test("the words of a command line make a closed model")
    func words() throws {
        var words = LoadWords()
        words.url = "http://x/"
        words.closedUsers = "64"
        words.think = "10ms"
        words.reuse = "never"
        words.retries = "2"
        let load = try Plan(yaml: words.yaml, fileName: "words").loads[0]
        #expect(load.arrivals == .closed(users: 64, think: .constant(.milliseconds(10))))
        #expect(load.reuse == 1 && load.retries == 2 && load.connections == 64)
    }
}
