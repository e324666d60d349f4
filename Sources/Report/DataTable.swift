/// A table for both pages: the same cells in HTML and in Markdown.
struct DataTable: Sendable {
    let columns: [Column]
    var rows: [[Cell]]

    init(_ columns: [Column], rows: [[Cell]] = []) {
        self.columns = columns
        self.rows = rows
    }

    struct Column: Sendable {
        let title: String
        let isNumber: Bool

        static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    struct Cell: Sendable, ExpressibleByStringInterpolation {
        let text: String
        /// A second, quieter line: an interval, a bound.
        let note: String?
        let mark: Mark?

        init(_ text: String, note: String? = nil, mark: Mark? = nil) {
            self.text = text
            self.note = note
            self.mark = mark
        }

        init(stringLiteral text: String) {
            self.init(text)
        }
    }

    /// In its own box that scrolls when the page is narrower than the table.
    func html(caption: String) -> Element {
        Element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption]) {
            Element("table") {
                Element("thead") {
                    Element("tr") {
                        columns.map { column in
                            Element(
                                "th",
                                ["scope": "col", "class": column.isNumber ? "n" : nil],
                                text: column.title
                            )
                        }
                    }
                }
                Element("tbody") { rows.map(row) }
            }
        }
    }

    private func row(_ cells: [Cell]) -> Element {
        Element("tr") {
            zip(columns, cells).enumerated().map { index, pair in
                let (column, cell) = pair
                return Element(
                    index == 0 ? "th" : "td",
                    ["scope": index == 0 ? "row" : nil, "class": column.isNumber ? "n" : nil]
                ) {
                    if let mark = cell.mark { mark.html }
                    cell.text
                    if let note = cell.note { Element("span", ["class": "note"], text: note) }
                }
            }
        }
    }

    /// GitHub's pipe table.
    var markdown: String {
        var text = "| " + columns.map(\.title.escapedForMarkdown).joined(separator: " | ") + " |\n"
        text += "|" + columns.map { $0.isNumber ? "---:|" : "---|" }.joined() + "\n"
        for row in rows {
            let cells = row.map { cell in
                let mark = cell.mark.map { $0.symbol + " " } ?? ""
                let note = cell.note.map { " (\($0.escapedForMarkdown))" } ?? ""
                return mark + cell.text.escapedForMarkdown + note
            }
            text += "| " + cells.joined(separator: " | ") + " |\n"
        }
        return text
    }
}
