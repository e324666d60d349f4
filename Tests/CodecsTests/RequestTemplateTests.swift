import Measures
import Plan
import Testing

@testable import Codecs

@Suite struct RequestTemplateTests {
    private static let users = DataRows(
        name: "user",
        columns: ["name", "id"],
        rows: [["ann", "1"], ["bob é", "22"], ["", "333"]],
        pick: .inOrder
    )
    private static let random = DataRows(
        name: "any",
        columns: ["x", "y"],
        rows: (0..<50).map { ["\($0)", "\($0)"] },
        pick: .random
    )
    private static let data = [users, random]

    private func text(_ source: String, _ number: UInt64, seed: UInt64 = 1) throws -> String {
        let template = RequestTemplate(try TextTemplate(source, data: Self.data), purpose: 0)
        let values = TemplateValues(seed: seed, data: Self.data)
        var output = OutputBytes(capacity: 8)
        template.write(number, values, into: &output)
        #expect(template.count(number, values) == output.count, "the length is known beforehand: \(source)")
        return String(decoding: output.bytes, as: UTF8.self)
    }

    @Test("numbers and rows come in order, row by number modulo the rows")
    func inOrder() throws {
        #expect(try text("/{{number}}/{{user.name}}?id={{ user.id }}", 0) == "/0/ann?id=1")
        #expect(try text("/{{number}}/{{user.name}}?id={{user.id}}", 4) == "/4/bob é?id=22")
        // 2^64 - 1 is a multiple of 3.
        #expect(try text("[{{user.name}}]", .max) == "[ann]")
        #expect(try text("{{number}}", .max) == "18446744073709551615")
        #expect(try text("{{{{number}} {\"a\":{{number}}}", 7) == "{{number}} {\"a\":7}")
        #expect(try text("plain } }} {", 7) == "plain } }} {")
    }

    @Test(
        "the same number is the same text, another number or seed another one; columns of a row stay together"
    )
    func repeats() throws {
        let source = "{{uuid}} {{uuid}} {{random 1 1000000000}} {{any.x}}={{any.y}}"
        var seen: Set<String> = []
        for number in UInt64(0)..<1_000 {
            let first = try text(source, number)
            #expect(try text(source, number) == first)
            let parts = first.split(separator: " ")
            seen.formUnion(parts.prefix(2).map(String.init))
            let row = parts[3].split(separator: "=")
            #expect(row[0] == row[1])
        }
        #expect(seen.count == 2_000, "no UUID comes twice")
        #expect(try text("{{uuid}}", 1, seed: 1) != text("{{uuid}}", 1, seed: 2))
    }

    @Test("a UUID is one of version 4, variant 10")
    func uuid() throws {
        let pattern = try BytePattern("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        var matcher = PatternMatcher()
        for number in UInt64(0)..<500 {
            let found = Array(try text("{{uuid}}", number).utf8).withUnsafeBytes {
                matcher.finds(pattern, in: $0)
            }
            #expect(found)
        }
    }

    @Test("random numbers reach both ends, evenly: each of 10 within 5 σ of 1,000 in 10,000")
    func random() throws {
        let values = TemplateValues(seed: 9, data: [])
        var counts: [Int64: Int] = [:]
        for number in UInt64(0)..<10_000 {
            counts[values.random(-3...6, number, purpose: 4), default: 0] += 1
        }
        #expect(counts.keys.sorted() == Array(-3...6))
        // σ² = n·p·(1 − p) = 900
        #expect(counts.values.allSatisfy { abs($0 - 1_000) < 150 }, "\(counts)")
        #expect(values.random(5...5, 3, purpose: 0) == 5)
        #expect(values.random(0...Int64.max, 3, purpose: 0) >= 0)
    }

    @Test("an HTTP request is filled everywhere, and its length is right")
    func request() throws {
        let script = try self.script(
            path: "/u/{{user.id}}",
            header: "{{number}}-{{uuid}}",
            body: "<{{user.name}}>"
        )
        for (number, id, name) in [(UInt64(0), "1", "ann"), (10, "22", "bob é"), (200, "333", "")] {
            var output = OutputBytes()
            script.write(number, into: &output)
            let text = String(decoding: output.bytes, as: UTF8.self)
            #expect(
                text.hasPrefix(
                    "POST /u/\(id) HTTP/1.1\r\nHost: x\r\nUser-Agent: faultline\r\nX-Id: \(number)-"
                )
            )
            #expect(text.hasSuffix("\r\nContent-Length: \(name.utf8.count + 2)\r\n\r\n<\(name)>"))
        }
        #expect(try self.script(path: "/", header: "a", body: "b").bytes.isEmpty == false)
    }

    @Test("a cell that would make another request of it is refused, by its row")
    func smuggling() throws {
        let error = #expect(throws: CodecError.self) {
            try script(path: "/{{user.name}}", header: "a", body: "")
        }
        #expect(error?.message.contains("user.name in row 2") == true)
        let evil = DataRows(name: "e", columns: ["x"], rows: [["a\r\nX-Evil: 1"]], pick: .inOrder)
        #expect(throws: CodecError.self) { try script(path: "/", header: "{{e.x}}", body: "", data: [evil]) }
        #expect(throws: Never.self) { try script(path: "/", header: "a", body: "{{e.x}}", data: [evil]) }
    }

    private func script(path: String, header: String, body: String, data: [DataRows] = Self.data) throws
        -> HTTPScript
    {
        try HTTPScript(
            HTTPRequestPlan(
                method: "POST",
                address: HTTPAddress(host: "x", port: 80, path: path),
                headers: [HTTPField(name: "X-Id", value: header)],
                body: body,
                timeout: .seconds(1)
            ),
            data: data,
            seed: 3
        )
    }
}
