import Testing

/// The reader of reference files: a file that it misreads must fail, not pass by holding nothing.
struct CaseTableTests {
    @Test(
        "lines end with LF, CRLF or nothing",
        arguments: ["n,x\n1,2\n3,\n", "n,x\r\n1,2\r\n3,\r\n", "n,x\n1,2\n3,"]
    )
    func newlines(text: String) throws {
        let table = try CaseTable(name: "made up", text: text)
        #expect(table.rows.count == 2)
        #expect(try table.rows.map { try $0.int("n") } == [1, 3])
        #expect(try table.rows.map { try $0.optionalInt("x") } == [2, nil])
    }

    @Test(
        "a file without rows, and a row of another length, are no tables",
        arguments: ["", "n,x\n", "n,x\n1\n"]
    )
    func refused(text: String) {
        #expect(throws: CaseFileError.self) { try CaseTable(name: "made up", text: text) }
    }

    @Test("equal is equal, and nothing is near zero but zero")
    func distances() {
        #expect(distance(0, 0) == 0)
        #expect(distance(1e-300, 0) == .infinity)
        #expect(distance(.nan, 1) == .infinity)
        #expect(distance(1.5, 1) == 0.5)
    }
}
