/// A text with places that differ from request to request: `{{number}}` (of the request, from 0), `{{user.name}}` (a
/// column of the load's data), `{{random 1 1000}}` (both ends included) and `{{uuid}}` (version 4), the last two from the
/// run's seed and the request's number: the same number is the same text. `{{{{` stands for two braces.
package struct TextTemplate: Sendable, Equatable {
    package enum Piece: Sendable, Equatable {
        case bytes([UInt8])
        case number
        case random(ClosedRange<Int64>)
        case uuid
        /// By its place in the load's data.
        case field(table: Int, column: Int)
        /// The same, where others are quoted, without quotes.
        case raw(table: Int, column: Int)
    }

    package let pieces: [Piece]

    package init(pieces: [Piece]) {
        self.pieces = pieces
    }

    /// Throws what is wrong with it.
    ///
    /// - Parameter knowsRaw: `{{raw user.name}}` is known too.
    package init(_ source: String, data: [DataRows], knowsRaw: Bool = false) throws(TemplateProblem) {
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
            if !text.isEmpty { pieces.append(.bytes(Array(text.utf8))) }
            text = ""
            pieces.append(try Self.piece(String(rest[..<close.lowerBound]), data, knowsRaw: knowsRaw))
            rest = rest[close.upperBound...]
        }
        text += rest
        if !text.isEmpty { pieces.append(.bytes(Array(text.utf8))) }
        self.pieces = pieces
    }

    /// Of bytes that are UTF-8, as of a text; others are what they are, whatever they hold.
    package init(_ bytes: [UInt8], data: [DataRows]) throws(TemplateProblem) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            self.init(pieces: [.bytes(bytes)])
            return
        }
        try self.init(text, data: data)
    }

    /// The same text for every request.
    package var isPlain: Bool {
        pieces.allSatisfy { if case .bytes = $0 { true } else { false } }
    }

    /// Whether a text may be one that differs; what is in braces may be wrong.
    static func isMeant(_ text: String) -> Bool { text.contains("{{") }

    /// What stands in `{{…}}` is another's to read: a letter stands for it.
    static func filled(_ text: String) -> String {
        var kept = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}")
        {
            kept += rest[..<open.lowerBound] + "x"
            rest = rest[close.upperBound...]
        }
        return kept + rest
    }

    private static func piece(_ inside: String, _ data: [DataRows], knowsRaw: Bool) throws(TemplateProblem)
        -> Piece
    {
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
        let isRaw = knowsRaw && words.count == 2 && words.first == "raw"
        for (table, rows) in data.enumerated() {
            for (column, name) in rows.columns.enumerated() {
                guard words.count == (isRaw ? 2 : 1), words.last ?? "" == "\(rows.name).\(name)" else {
                    continue
                }
                return isRaw ? .raw(table: table, column: column) : .field(table: table, column: column)
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

    init(_ words: String, nearest: String? = nil) {
        self.words = words
        self.nearest = nearest
    }
}
