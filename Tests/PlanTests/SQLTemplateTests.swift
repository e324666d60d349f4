import Measures
import Testing

@testable import Plan

/// The text of simple queries: data are literals there, whatever they hold.
@Suite struct SQLTemplateTests {
    private static let data = [
        DataRows(name: "u", columns: ["a"], rows: [["x"]], pick: .inOrder)
    ]

    private func isRefused(_ query: String) -> Bool { (try? SQLTemplate(query, data: Self.data)) == nil }

    @Test func `a literal is quoted so that nothing in it ends it`() {
        #expect(SQLTemplate.literal("ann") == " E'ann'")
        #expect(SQLTemplate.literal("o'b\\'; drop") == " E'o''b\\\\''; drop'")
        #expect(SQLTemplate.literal("") == " E''")
    }

    /// What follows them, in or out of a quotation.
    static let outside = [
        "select ", "select 'a' || ", "select 'it''s', ", "select E'a\\'b', ", "select \"it\"\"s'\", ",
        "select $$it's$$, ",
        "select $t$ $$ ' $t$, ", "/* ' /* \" */ $$ */ select ", "-- don't\nselect ", "select 1 - ",
        "select $1, ",
        "select a$b$c || 'x' || ", "select 5 / 2 * ", "select '{{number}}', ", "select e'\\\\', ",
    ]
    static let inside = [
        "select '", "select 'it''s ", "select E'a\\'", "select E'\\\\\\'", "select \"", "select $$ ",
        "select $t$ $$ ",
        "select $t$ $T$ ", "/* ", "/* /* */ ", "-- ", "-- '\n'", "select 'a\\' || ", "select U&'\\0041' || ",
        "select '{{number}} ", "select $a", "select {{number}}e'", "select a$",
    ]

    @Test(arguments: outside)
    func `outside of quotations and comments a column may stand`(_ query: String) {
        #expect(!isRefused(query + "{{u.a}}"))
    }

    @Test(arguments: inside)
    func `within one, or where that depends on the server, it may not`(_ query: String) {
        #expect(isRefused(query + "{{u.a}}"))
        #expect(!isRefused(query + "{{raw u.a}}"), "the file says so")
    }

    @Test func `numbers and UUIDs make a right text wherever they stand`() throws {
        func pieces(_ query: String) throws -> [TextTemplate.Piece] {
            try SQLTemplate(query, data: Self.data).text.pieces
        }
        #expect(try pieces("{{uuid}}") == [.bytes([39]), .uuid, .bytes([39])])
        #expect(try pieces("'{{uuid}}'") == [.bytes([39]), .uuid, .bytes([39])])
        // 5--3 would be a comment.
        #expect(try pieces("5-{{random -3 3}}") == [.bytes(Array("5-".utf8)), .bytes([32]), .random(-3...3)])
        #expect(try pieces("t{{random 1 3}}") == [.bytes([116]), .random(1...3)])
    }

    @Test func `whatever a query is, reading it ends and traps nowhere`() {
        var random = SeededGenerator(seed: 5, stream: "sql")
        let parts = [
            "'", "''", "\\", "\"", "$$", "$t$", "$", "--", "/*", "*/", "\n", "e", "E'", "a", "1", "{{u.a}}",
            "{{raw u.a}}",
        ]
        for _ in 0..<20_000 {
            let query = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                parts.randomElement(using: &random) ?? ""
            }.joined()
            _ = isRefused(query)
        }
    }
}
