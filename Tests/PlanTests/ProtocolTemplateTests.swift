import Measures
import Testing

@testable import Plan

/// Templates of every protocol: what cannot be filled, or be such a request then, is told of the file, with the row.
@Suite struct ProtocolTemplateTests {
    private static let csv = "name,id\nann,1\nbob smith,22\n"

    private func messages(_ load: String, _ files: [String: String] = ["u.csv": csv]) -> [String] {
        LoadText.messages("\(load), data: u.csv", files: files)
    }

    static let right = [
        #"http: { url: "http://h/{{u.id}}", version: 2, method: POST, headers: { X: "{{uuid}}" }, body: "{{u.name}}" }"#,
        #"grpc: { url: "grpc://h:1", method: "a.B/{{random 1 6}}", message: "{{u.name}}", metadata: { x: "{{number}}" } }"#,
        #"redis: { url: "redis://h", command: "SET k:{{random 1 6}} {{u.name}} '{{number}}'" }"#,
        #"redis: { url: "redis://h", command: [SET, "k {{u.id}}", "{{{{json}}"] }"#,
        #"postgres: { url: "postgres://h", query: "select $1, $2", prepared: true, parameters: ["{{u.name}}", "{{uuid}}"] }"#,
        #"postgres: { url: "postgres://h", query: "select * from t{{number}} where a = {{u.name}} and b = 'x{{number}}'" }"#,
        #"postgres: { url: "postgres://h", query: "select {{raw u.id}}, '{{raw u.name}}', $$a$$, {{u.name}}" }"#,
        #"tcp: { address: "tcp://h:1", send: "{{u.name}}\n" }"#,
        #"udp: { address: "udp://h:1", send: "{{number}} {{u.name}}" }"#,
        #"udp: { address: "udp://h:1", send: "hex:7b7bff" }"#,
        #"dns: { server: "dns://h", name: "{{number}}.h{{u.id}}.test" }"#,
    ]

    @Test(arguments: right)
    func `every protocol's own words may differ, and are the same again from the canonical text`(
        _ load: String
    ) throws {
        #expect(messages(load).isEmpty)
        let plan = try LoadText.plan("\(load), data: u.csv", files: ["u.csv": Self.csv])
        let again = try Plan(yaml: plan.canonicalText, fileName: "f.yaml")
        #expect(again.loads.map(\.request) == plan.loads.map(\.request) && again.digest == plan.digest)
    }

    static let wrong: [(load: String, message: String)] = [
        (#"http: { url: "http://h/{{u.i}}", version: 2 }"#, "unknown '{{u.i}}'"),
        (#"grpc: { url: "grpc://h:1", method: a.B/C, message: "{{u.i}}" }"#, "unknown '{{u.i}}'"),
        (#"grpc: { url: "grpc://h:1", method: "{{u.name}}" }"#, "expected package.Service/Method"),
        (
            #"redis: { url: "redis://h", command: "{{u.name}} x" }"#,
            "expected a name that is the same each time"
        ),
        (
            #"redis: { url: "redis://h", command: "CLIENT {{u.name}} off" }"#,
            "CLIENT changes what a connection answers"
        ),
        (#"redis: { url: "redis://h", command: "GET {{u.i}}" }"#, "unknown '{{u.i}}'"),
        (#"redis: { url: "redis://h", command: "GET {{raw u.id}}" }"#, "unknown '{{raw u.id}}'"),
        (
            #"postgres: { url: "postgres://h", query: "select {{u.id}}", prepared: true }"#,
            "a prepared query is the same each time; expected $1 in it"
        ),
        (
            #"postgres: { url: "postgres://h", query: "select '{{u.name}}'" }"#,
            "within a quotation or a comment"
        ),
        (
            #"postgres: { url: "postgres://h", query: "select 1 -- {{u.name}}" }"#,
            "within a quotation or a comment"
        ),
        (#"tcp: { address: "tcp://h:1", send: "{{number" }"#, "{{ without }} after it"),
        (#"udp: { address: "udp://h:1" }"#, "udp without send sends nothing of yours; leave data out"),
        (#"icmp: { address: "icmp://h" }"#, "icmp sends nothing of yours; leave data out"),
        (
            #"dns: { server: "dns://h", name: "{{u.name}}.test" }"#,
            "name with row 2 of u can be 'bob smith.test'"
        ),
        (
            #"dns: { server: "dns://h", name: "{{uuid}}{{uuid}}.test" }"#,
            "expected labels of 1 to 63 ASCII characters with dots between them"
        ),
    ]

    @Test(arguments: wrong.indices)
    func `what cannot be filled is one error`(_ row: Int) {
        let found = messages(Self.wrong[row].load)
        #expect(found.count == 1 && found[0].contains(Self.wrong[row].message), "\(found)")
    }

    @Test func `a row that makes no datagram, name or parameter is named`() {
        let long = String(repeating: "x", count: 65_500)
        let udp = #"udp: { address: "udp://h:1", send: "{{u.a}}{{number}}" }"#
        #expect(
            messages(udp, ["u.csv": "a\nb\n\(long)\n"]) == [
                "send has 65520 bytes with u, row 2; expected 1 to 65507, as a datagram can carry"
            ]
        )
        let empty = #"udp: { address: "udp://h:1", send: "{{u.a}}" }"#
        #expect(
            messages(empty, ["u.csv": "a\nb\n\"\"\n"]).first?.hasPrefix("send has 0 bytes with u, row 2")
                == true
        )
        let parameter =
            #"postgres: { url: "postgres://h", query: "select $1", prepared: true, parameters: ["{{u.a}}"] }"#
        #expect(
            messages(parameter, ["u.csv": "a\nb\n\0\n"]).first?.contains("u.a in row 2 holds a NUL") == true
        )
        for cell in ["", "a..b", ".a", "a.", String(repeating: "x", count: 64), "é", "a b"] {
            let dns = #"dns: { server: "dns://h", name: "{{u.a}}" }"#
            let found = messages(dns, ["u.csv": "a\ngood.name\n\"\(cell)\"\n"])
            #expect(
                found.count == 1 && found[0].hasPrefix("name with row 2 of u can be"),
                "\(cell): \(found)"
            )
        }
        let two = #"dns: { server: "dns://h", name: "{{a.x}}.{{b.x}}" }"#
        let tables = "data: { a: { columns: [x], rows: [[y]] }, b: { columns: [x], rows: [[y]] } }"
        #expect(LoadText.messages("\(two), \(tables)").first?.contains("expected those of one table") == true)
    }
}
