/// The text of a simple query with places that differ. What comes from data is a literal there, quoted whatever it holds, so
/// that no row of a table can become SQL; `{{raw user.clause}}` is put in as it is, since who wrote the file said so.
package struct SQLTemplate: Sendable, Equatable {
    /// Columns of `data`, each table's quoted ones before its raw ones.
    package let text: TextTemplate
    package let data: [DataRows]

    /// Throws what is wrong with it.
    package init(_ source: String, data: [DataRows]) throws(TemplateProblem) {
        let template = try TextTemplate(source, data: data, knowsRaw: true)
        var scanner = SQLQuotation()
        var pieces: [TextTemplate.Piece] = []
        for piece in template.pieces {
            switch piece {
            case .bytes(let bytes):
                guard !bytes.contains(0) else {
                    throw TemplateProblem("the query holds a NUL character, which PostgreSQL cannot be sent")
                }
                scanner.read(bytes)
                pieces.append(piece)
            // Digits only: nothing that could end a quotation. A minus would make a comment of one before it.
            case .number: pieces.append(piece)
            case .random(let range):
                if range.lowerBound < 0, scanner.isOutside { pieces.append(.bytes([0x20])) }
                pieces.append(piece)
            case .uuid:
                let quotes: [TextTemplate.Piece] = scanner.isOutside ? [.bytes([UInt8(ascii: "'")])] : []
                pieces += quotes + [piece] + quotes
            case .field:
                guard scanner.isOutside else { throw TemplateProblem(scanner.refusal) }
                pieces.append(piece)
            case .raw(let table, let column):
                pieces.append(.field(table: table, column: data[table].columns.count + column))
            }
        }
        text = TextTemplate(pieces: pieces)
        try Self.check(template, data)
        self.data = data.map { table in
            DataRows(
                name: table.name,
                columns: table.columns + table.columns,
                rows: table.rows.map { $0.map(Self.literal) + $0 },
                pick: table.pick
            )
        }
    }

    /// A NUL would end the query.
    private static func check(_ template: TextTemplate, _ data: [DataRows]) throws(TemplateProblem) {
        for piece in template.pieces {
            switch piece {
            case .field(let table, let column), .raw(let table, let column):
                let odd = data[table].rows.firstIndex { $0[column].utf8.contains(0) }
                guard let odd else { continue }
                let name = "\(data[table].name).\(data[table].columns[column])"
                throw TemplateProblem(
                    "\(name) in row \(odd + 1) holds a NUL character, which PostgreSQL cannot be sent"
                )
            case .bytes, .number, .random, .uuid: continue
            }
        }
    }

    /// An escape string constant (PostgreSQL documentation, 4.1.2.2), which means the same whatever the server's settings
    /// are; the blank keeps it apart from a word before it.
    static func literal(_ text: String) -> String {
        var quoted = " E'"
        for scalar in text.unicodeScalars {
            if scalar == "'" || scalar == "\\" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "'"
    }
}
