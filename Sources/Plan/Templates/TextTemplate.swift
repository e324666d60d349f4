/// A text with places that differ from request to request: `{{number}}` (of the request, from 0), `{{user.name}}` (a
/// column of the load's data), `{{random 1 1000}}` (both ends included) and `{{uuid}}` (version 4), the last two from the
/// run's seed and the request's number: the same number is the same text. `{{{{` stands for two braces.
package struct TextTemplate: Sendable, Equatable {
    package enum Piece: Sendable, Equatable {
        case text(String)
        case number
        case random(ClosedRange<Int64>)
        case uuid
        /// By its place in the load's data.
        case field(table: Int, column: Int)
    }

    package let pieces: [Piece]

    /// Throws what is wrong with it.
    package init(_ source: String, data: [DataRows]) throws(TemplateProblem) {
        var pieces: [Piece] = []
        var text = ""
        var rest = source[...]
        while let open = rest.firstRange(of: "{{") {
            text += rest[..<open.lowerBound]
            rest = rest[open.upperBound...]
            if rest.hasPrefix("{{") {
                text += "{{"
                rest = rest.dropFirst(2)
                continue
            }
            guard let close = rest.firstRange(of: "}}") else {
                throw TemplateProblem("{{ without }} after it; write {{{{ for two braces", nearest: nil)
            }
            if !text.isEmpty { pieces.append(.text(text)) }
            text = ""
            pieces.append(try Self.piece(String(rest[..<close.lowerBound]), data))
            rest = rest[close.upperBound...]
        }
        text += rest
        if !text.isEmpty { pieces.append(.text(text)) }
        self.pieces = pieces
    }

    /// The same text for every request.
    package var isPlain: Bool {
        pieces.allSatisfy { if case .text = $0 { true } else { false } }
    }

    private static func piece(_ inside: String, _ data: [DataRows]) throws(TemplateProblem) -> Piece {
        let words = inside.split(separator: " ")
        if words == ["number"] { return .number }
        if words == ["uuid"] { return .uuid }
        if words.first == "random" {
            let ends = words.dropFirst().compactMap { Int64($0) }
            guard words.count == 3, ends.count == 2, ends[0] <= ends[1],
                ends[1].subtractingReportingOverflow(ends[0]).overflow == false
            else {
                throw TemplateProblem(
                    "'{{\(inside)}}'; expected two whole numbers, such as {{random 1 1000}}",
                    nearest: nil
                )
            }
            return .random(ends[0]...ends[1])
        }
        for (table, rows) in data.enumerated() {
            for (column, name) in rows.columns.enumerated() where words == ["\(rows.name).\(name)"] {
                return .field(table: table, column: column)
            }
        }
        let names =
            ["number", "uuid", "random 1 1000"]
            + data.flatMap { rows in rows.columns.map { "\(rows.name).\($0)" } }
        throw TemplateProblem(
            "unknown \(quoted("{{\(inside)}}")); expected one of \(names.prefix(20).map { "{{\($0)}}" }.listed)",
            nearest: Spelling.nearest(to: inside, in: names).map { "{{\($0)}}" }
        )
    }
}

package struct TemplateProblem: Error, Equatable {
    package let words: String
    package let nearest: String?

    init(_ words: String, nearest: String?) {
        self.words = words
        self.nearest = nearest
    }
}
