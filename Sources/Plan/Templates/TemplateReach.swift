/// What a template can become: the shortest and the longest, and which cell of the data makes it so. What must hold of every
/// request is told of the plan by this, and not of the request that is the first to break it.
package struct TemplateReach: Sendable, Equatable {
    /// Of one piece, in bytes.
    private let pieces: [TextTemplate.Piece]
    private let data: [DataRows]

    package init(_ template: TextTemplate, data: [DataRows]) {
        pieces = template.pieces
        self.data = data
    }

    /// Most bytes: tables count each with its longest row, whether these rows meet or not.
    package var most: Int { fixed(longest: true) + tables.reduce(0) { $0 + (sizes($1).max() ?? 0) } }
    /// Fewest bytes, likewise.
    package var least: Int { fixed(longest: false) + tables.reduce(0) { $0 + (sizes($1).min() ?? 0) } }

    /// "users, row 3": the longest or shortest row of each table; nil where no data are in it.
    package func rows(longest: Bool) -> String? {
        let names = tables.compactMap { table -> String? in
            let sizes = sizes(table)
            let size = longest ? sizes.max() : sizes.min()
            return size.flatMap { sizes.firstIndex(of: $0) }.map { "\(data[table].name), row \($0 + 1)" }
        }
        return names.isEmpty ? nil : names.joined(separator: " and ")
    }

    /// The first cell that holds what it may not, "users.name in row 3"; nil: there is none.
    package func cell(where isWrong: (String) -> Bool) -> String? {
        for case .field(let table, let column) in pieces {
            guard let row = data[table].rows.firstIndex(where: { isWrong($0[column]) }) else { continue }
            return "\(data[table].name).\(data[table].columns[column]) in row \(row + 1)"
        }
        return nil
    }

    /// Tables that are in it.
    package var tables: [Int] {
        Set(
            pieces.compactMap { if case .field(let table, _) = $0 { table } else { nil } }
        ).sorted()
    }

    /// The text with this row of its one table, and everything else as long as it can be.
    package func longestText(row: Int) -> [UInt8] {
        pieces.flatMap { piece -> [UInt8] in
            switch piece {
            case .bytes(let bytes): bytes
            case .field(let table, let column), .raw(let table, let column):
                Array(data[table].rows[row][column].utf8)
            case .number, .random, .uuid:
                [UInt8](repeating: UInt8(ascii: "0"), count: Self.size(piece, longest: true))
            }
        }
    }

    private func fixed(longest: Bool) -> Int {
        pieces.reduce(0) { $0 + Self.size($1, longest: longest) }
    }

    /// By row: bytes of all its cells that are in it.
    private func sizes(_ table: Int) -> [Int] {
        let columns = pieces.compactMap { piece -> Int? in
            if case .field(table, let column) = piece { column } else { nil }
        }
        return data[table].rows.map { row in columns.reduce(0) { $0 + row[$1].utf8.count } }
    }

    private static func size(_ piece: TextTemplate.Piece, longest: Bool) -> Int {
        switch piece {
        case .bytes(let bytes): bytes.count
        case .number: longest ? "\(UInt64.max)".utf8.count : 1
        case .random(let range):
            longest
                ? max("\(range.lowerBound)".utf8.count, "\(range.upperBound)".utf8.count)
                : range.contains(0)
                    ? 1 : min("\(range.lowerBound)".utf8.count, "\(range.upperBound)".utf8.count)
        case .uuid: 36
        case .field, .raw: 0
        }
    }
}
