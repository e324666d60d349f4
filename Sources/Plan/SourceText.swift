/// The text of a file, for looking up the line that a diagnostic shows.
final class SourceText {
    private static let widest = 120

    let fileName: String
    let text: String
    /// What it is meant to be.
    let subject: Subject
    /// Split only when something is wrong.
    private lazy var lines = Self.split(text)

    init(_ text: String, fileName: String, subject: Subject = .experiment) {
        self.text = text
        self.fileName = fileName
        self.subject = subject
    }

    /// The line at the place and the white space that puts a caret under its column. Long lines are cut around it.
    func excerpt(at place: Place) -> (line: String, indent: String) {
        guard lines.indices.contains(place.line - 1) else { return ("", "") }
        let line = Array(lines[place.line - 1])
        let column = min(max(place.column - 1, 0), line.count)
        let start = column > Self.widest - 40 ? column - 40 : 0
        let end = min(line.count, start + Self.widest)
        let shown = line[start..<end].map { $0 == "\t" || !isControl($0) ? $0 : "\u{FFFD}" }
        let before = shown.prefix(column - start).map { $0 == "\t" ? $0 : " " }
        return (String(String.UnicodeScalarView(shown)), String(String.UnicodeScalarView(before)))
    }

    /// The scalars of a line, or none.
    func scalars(ofLine number: Int) -> [Unicode.Scalar] {
        lines.indices.contains(number - 1) ? Array(lines[number - 1]) : []
    }

    /// Where a scalar first stands.
    func place(of scalar: Unicode.Scalar) -> Place? {
        for (index, line) in lines.enumerated() {
            if let column = line.firstIndex(of: scalar) {
                return Place(line: index + 1, column: line.distance(from: line.startIndex, to: column) + 1)
            }
        }
        return nil
    }

    var lineCount: Int { lines.count }

    /// At the line breaks that libyaml counts: CR, LF, CR LF, NEL, LS, PS.
    private static func split(_ text: String) -> [String.UnicodeScalarView.SubSequence] {
        let scalars = text.unicodeScalars
        var lines: [String.UnicodeScalarView.SubSequence] = []
        var start = scalars.startIndex
        var index = start
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            guard isLineBreak(scalar) else {
                index = next
                continue
            }
            lines.append(scalars[start..<index])
            index = next
            if scalar == "\r", index < scalars.endIndex, scalars[index] == "\n" {
                scalars.formIndex(after: &index)
            }
            start = index
        }
        lines.append(scalars[start...])
        return lines
    }
}

func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
}

/// Not for a terminal, and not in a name: C0 and C1 controls, DEL, and what turns the direction of writing.
package func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
}

/// A value as a message shows it: in quotes, without control characters, not longer than a line can take.
package func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let shown = scalars.prefix(48).map { isControl($0) ? Unicode.Scalar(0xFFFD) ?? "?" : $0 }
    return "'" + String(String.UnicodeScalarView(shown)) + (scalars.count > 48 ? "…'" : "'")
}
