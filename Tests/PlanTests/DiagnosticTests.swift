import Measures
import Testing

@testable import Plan

@Suite struct DiagnosticTests {
    private func error(_ yaml: String) throws -> PlanError {
        try #require(throws: PlanError.self) { try Plan(yaml: yaml, fileName: "web.yaml") }
    }

    @Test func `a message is written as compilers do, with a caret under the place`() throws {
        let yaml = BadFile("", replacing: "latency:", with: "latncy:", expects: []).yaml
        let error = try error(yaml)
        #expect(
            error.message == """
                web.yaml:14:55: error: unknown key 'latncy' in delay; expected latency, jitter, distribution, correlation, reorder, loss, duplicate, corrupt, rate, slots, to, from, peers, direction, ports, port, protocol, interface, cgroup, user, container, flows\
                . Did you mean 'latency'?
                  - { name: slow, at: 2s, for: 2s, on: web1, delay: { latncy: 100ms } }
                                                                      ^
                1 error; nothing was touched
                """
        )
        #expect(error.code == "plan.unknown-key")
        #expect(error.exitCode == .badInput)
        #expect(error.diagnostics.first?.nearest == "latency")
    }

    @Test func `a tab before the place keeps the caret in line`() throws {
        let yaml = BadFile("", replacing: "name: web", with: "name:\t\tmy web", expects: []).yaml
        let diagnostic = try #require(try error(yaml).diagnostics.first)
        #expect(diagnostic.indent == "     \t\t")
    }

    @Test func `a long line is cut around the place`() throws {
        let long = String(repeating: "x", count: 500)
        let yaml = BadFile("", replacing: "name: web", with: "{ name: \(long), q: 1 }", expects: []).yaml
        let diagnostic = try #require(try error(yaml).diagnostics.first)
        #expect(diagnostic.sourceLine.count <= 120)
        #expect(diagnostic.headline.count < 200)
    }

    @Test func `nothing that a terminal would obey is printed`() throws {
        let yaml = BadFile("", replacing: "name: web", with: #"name: "\e[31mred\a\r""#, expects: []).yaml
        let message = try error(yaml).message
        #expect(message.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    }

    @Test func `a byte that is not UTF-8 is named by its place`() throws {
        let bytes = Array("faultline: 1\nname: w".utf8) + [0xFF] + Array("eb\n".utf8)
        let error = try #require(throws: PlanError.self) { try Plan(bytes: bytes, fileName: "web.yaml") }
        #expect(
            error.diagnostics.map(\.headline)
                == ["web.yaml:2:8: error: a byte that is not UTF-8; expected UTF-8 text"]
        )
    }

    @Test func `a file beyond the limit is refused unread`() throws {
        let yaml = BadFile.base + String(repeating: "# padding\n", count: 110_000)
        #expect(try error(yaml).code == "plan.too-large")
    }

    @Test func `a file just below the limit is read`() throws {
        let room = (1_048_576 - BadFile.base.utf8.count) / 10
        let yaml = BadFile.base + String(repeating: "# padding\n", count: room)
        #expect(try Plan(yaml: yaml, fileName: "web.yaml").name == "web")
    }

    @Test func `a file with very many mistakes lists the first fifty`() throws {
        let keys = (0..<300).map { "key\($0): 1\n" }.joined()
        let error = try error(BadFile.base + keys)
        #expect(error.diagnostics.count == Problems.most)
    }

    @Test(arguments: [
        ("a missing letter", "latncy", "latency"), ("a swap", "laod", "load"),
        ("a wrong case", "Duration", "duration"),
        ("something in front", "SIGTERM", "TERM"), ("an extra letter", "guards", "guard"),
    ])
    func `the nearest spelling is found`(_ reason: String, _ written: String, _ meant: String) {
        let candidates = ["latency", "load", "loss", "duration", "TERM", "guard", "faults"]
        #expect(Spelling.nearest(to: written, in: candidates) == meant, "\(reason)")
    }

    @Test(arguments: ["zebra", "x", "", String(repeating: "latency", count: 100)])
    func `what is near nothing gets no suggestion`(_ written: String) {
        #expect(Spelling.nearest(to: written, in: ["latency", "load", "duration"]) == nil)
    }
}
