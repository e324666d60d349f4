/// A table for both pages: the same cells in HTML and in Markdown.
struct DataTable: Sendable {
    let columns: [Column]
    var rows: [[Cell]]
    /// That are shown; nil: all.
    private let most: Int?

    /// Of a row for each of thousands of hosts: more nobody reads, and a page with all of them would not open.
    static let mostHosts = 500

    init(_ columns: [Column], most: Int? = nil, rows: [[Cell]] = []) {
        self.columns = columns
        self.most = most
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

    /// The rows of the pages, in their order: of too many those with a mark that is no tick, then the first of the others; and
    /// how many there are beside them.
    private var shown: (rows: [[Cell]], rest: Int) {
        guard let most, rows.count > most else { return (rows, 0) }
        let isRemarkable = { (row: [Cell]) in row.contains { ($0.mark ?? .met) != .met } }
        let first =
            rows.indices.filter { isRemarkable(rows[$0]) } + rows.indices.filter { !isRemarkable(rows[$0]) }
        return (first.prefix(most).sorted().map { rows[$0] }, rows.count - most)
    }

    private static func restWords(_ rest: Int) -> String {
        "and \(rest) more rows, in the recording; those with a mark were taken first"
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
                Element("tbody") {
                    let (rows, rest) = shown
                    rows.map(row)
                    if rest > 0 {
                        Element("tr") {
                            Element("td", ["colspan": "\(columns.count)"], text: Self.restWords(rest))
                        }
                    }
                }
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
        let (rows, rest) = shown
        for row in rows {
            let cells = row.map { cell in
                let mark = cell.mark.map { $0.symbol + " " } ?? ""
                let note = cell.note.map { " (\($0.escapedForMarkdown))" } ?? ""
                return mark + cell.text.escapedForMarkdown + note
            }
            text += "| " + cells.joined(separator: " | ") + " |\n"
        }
        if rest > 0 { text += "\n\(Self.restWords(rest))\n" }
        return text
    }
}
