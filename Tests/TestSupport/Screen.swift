/// What a terminal shows after these bytes: as many rows as it has, lines that are too long broken, as one that does not move
/// its text when it is resized. Knows what a program here may send; anything else stands in `unknown`.
package struct Screen {
    private var rows: [[Character]]
    private let columns: Int
    private var row = 0
    private var column = 0
    /// Control sequences that it does not know.
    package private(set) var unknown: [String] = []
    /// How often a row that had text was emptied before it was written again: it flickers.
    package private(set) var emptied = 0

    package init(columns: Int, rows: Int) {
        self.columns = max(1, columns)
        self.rows = Array(repeating: [], count: max(1, rows))
    }

    /// Rows without the blanks at their ends.
    package var lines: [String] {
        rows.map { row in
            var text = String(row)
            while text.last == " " { text.removeLast() }
            return text
        }
    }

    /// Where the cursor stands.
    package var cursor: (row: Int, column: Int) { (row, column) }

    package mutating func write(_ text: String) {
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "\r": column = 0
            // A terminal's driver makes one of the other.
            case "\n", "\r\n":
                column = 0
                down()
            case "\u{1b}": control(&rest)
            default: put(character)
            }
        }
    }

    private mutating func put(_ character: Character) {
        if column >= columns {
            column = 0
            down()
        }
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = character
        column += 1
    }

    private mutating func down() {
        if row + 1 < rows.count {
            row += 1
        } else {
            rows.removeFirst()
            rows.append([])
        }
    }

    private mutating func control(_ rest: inout Substring) {
        guard rest.first == "[" else { return unknown.append("ESC") }
        rest.removeFirst()
        let numbers = rest.prefix { $0.isNumber || $0 == "?" || $0 == ";" }
        rest = rest.dropFirst(numbers.count)
        guard let final = rest.popFirst() else { return }
        switch (numbers, final) {
        case (_, "A"): row = max(0, row - max(1, Int(numbers) ?? 1))
        case ("", "K"):
            if column == 0, !rows[row].isEmpty { emptied += 1 }
            rows[row] = Array(rows[row].prefix(column))
        case ("", "J"):
            rows[row] = Array(rows[row].prefix(column))
            for below in rows.indices where below > row { rows[below] = [] }
        default: unknown.append("\(numbers)\(final)")
        }
    }
}
