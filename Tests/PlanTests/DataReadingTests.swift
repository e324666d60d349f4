import Measures
import Testing

@testable import Plan

@Suite struct DataReadingTests {
    private static let csv = "name,id\r\nann,1\r\n\"bo,\"\"b\"\"\",2\n\n,3"

    private func plan(_ load: String, files: [String: String] = ["users.csv": csv]) throws -> Plan {
        let outside = OutsideFiles { name in files[name].map { Array($0.utf8) } }
        return try Plan(
            yaml: BadFile.base.replacing("rate: 500/s", with: "rate: 500/s\n    \(load)"),
            fileName: "web.yaml",
            outside: outside
        )
    }

    private func messages(_ load: String, url: String = "/", files: [String: String] = ["users.csv": csv])
        -> [String]
    {
        let outside = OutsideFiles { name in files[name].map { Array($0.utf8) } }
        let yaml = BadFile.base.replacing(
            "http://web1:8080/\" }\n    rate: 500/s",
            with: "http://web1:8080\(url)\" }\n    rate: 500/s\n    \(load)"
        )
        do {
            _ = try Plan(yaml: yaml, fileName: "web.yaml", outside: outside)
            return []
        } catch {
            return error.diagnostics.map(\.headline)
        }
    }

    @Test("a table comes from a file or is written out, and travels with the load")
    func travels() throws {
        for load in [
            "data: users.csv", "data: { users: users.csv }", "data: { users: { file: users.csv } }",
            "data: { users: { columns: [name, id], rows: [[ann, 1], ['bo,\"b\"', 2], ['', 3]] } }",
        ] {
            let plan = try plan(load)
            let rows = DataRows(
                name: "users",
                columns: ["name", "id"],
                rows: [["ann", "1"], ["bo,\"b\"", "2"], ["", "3"]],
                pick: .inOrder
            )
            #expect(plan.loads[0].data == [rows], "\(load)")
            // Nothing lies beside an agent.
            #expect(try Plan(yaml: plan.loads[0].fileText, fileName: "load.yaml").loads[0].data == [rows])
            #expect(try Plan(yaml: plan.canonicalText, fileName: "f.yaml").digest == plan.digest)
        }
        let random = try plan("data: { u: { file: users.csv, pick: random } }").loads[0].data[0]
        #expect(random.pick == .random && random.name == "u")
    }

    @Test("what is no table is refused with the place of its name")
    func refusals() {
        let ragged = ["users.csv": "a,b\n1\n"]
        for (load, files, expected) in [
            (
                "data: nothing.csv", [:],
                "13:11: error: 'nothing.csv' cannot be read; expected a file beside this one"
            ),
            (
                "data: users.csv", ragged,
                "13:11: error: data 'users': row 1 has 1 fields; expected 2, as there are columns"
            ),
            (
                "data: users.csv", ["users.csv": "a,a\n1,2\n"],
                "13:11: error: data 'users' has the columns 'a, a'; expected 1 to 64 columns with different names, without blanks"
            ),
            (
                "data: users.csv", ["users.csv": "a\n"],
                "13:11: error: data 'users' has no rows; expected one below the columns' names"
            ),
            (
                "data: users.csv", ["users.csv": "a\n\"1"],
                "13:11: error: 'users.csv', line 2: a quotation mark is not closed"
            ),
            (
                "data: users.csv", ["users.csv": String(repeating: "a\n", count: 300_000)],
                "13:11: error: 'users.csv' is no such file; expected CSV in UTF-8, at most 512 KiB: it travels with the load"
            ),
        ] as [(String, [String: String], String)] {
            #expect(messages(load, files: files) == ["web.yaml:" + expected])
        }
    }

    @Test("a template that nothing fills is an error with its place and what was probably meant")
    func templates() {
        #expect(
            messages("data: users.csv", url: "/{{users.nam}}") == [
                "web.yaml:11:18: error: unknown '{{users.nam}}'; expected one of {{number}}, {{uuid}}, {{random 1 1000}}, "
                    + "{{users.name}}, {{users.id}}. Did you mean '{{users.name}}'?"
            ]
        )
        #expect(
            messages("good: { within: 1s }", url: "/{{random 5 1}}") == [
                "web.yaml:11:18: error: '{{random 5 1}}'; expected two whole numbers, such as {{random 1 1000}}"
            ]
        )
        #expect(
            messages("good: { within: 1s }", url: "/{{number") == [
                "web.yaml:11:18: error: {{ without }} after it; write {{{{ for two braces"
            ]
        )
        #expect(messages("data: users.csv", url: "/{{users.name}}/{{random 1 6}}?{{uuid}}").isEmpty)
    }

    @Test("comma-separated values are read as RFC 4180 writes them, and whatever comes, nothing traps")
    func csv() throws {
        #expect(try CSVText("a,b\r\n\"x\r\ny\",\"\"\r\n").rows == [["a", "b"], ["x\r\ny", ""]])
        #expect(try CSVText("a\n\"\"\n").rows == [["a"], [""]])
        #expect(try CSVText("a,").rows == [["a", ""]] && CSVText("").rows.isEmpty)
        #expect(throws: CSVText.Fault.self) { try CSVText("a\"b") }
        #expect(throws: CSVText.Fault.self) { try CSVText("\"a\"b") }
        var generator = SeededGenerator(seed: 4, stream: "csv")
        let signs = Array("a,\"\r\n".unicodeScalars)
        for _ in 0..<20_000 {
            let scalars = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                signs.randomElement(using: &generator) ?? "a"
            }
            _ = try? CSVText(String(String.UnicodeScalarView(scalars)))
        }
    }
}
