extension String {
    /// For text and for attribute values in double quotes, in XML 1.0 and in HTML.
    var escapedForMarkup: String {
        var result = ""
        result.reserveCapacity(utf8.count)
        for scalar in unicodeScalars where scalar.isPrintableInXML {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// For a table cell or a line of GitHub's Markdown: one line, nothing in it is markup.
    var escapedForMarkdown: String {
        var result = ""
        for scalar in unicodeScalars where scalar.isPrintableInXML {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\n", "\t": result += " "
            case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "$":
                result += "\\"
                result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// For a block that is shown as it is, its lines kept.
    var withoutControls: String {
        String(String.UnicodeScalarView(unicodeScalars.filter(\.isPrintableInXML)))
    }

    /// A percent sign stays with its number when a line breaks.
    var unitsKept: String { replacing(" %", with: "\u{00A0}%") }

    /// At most this many characters, the last one an ellipsis when something was cut.
    func shortened(to limit: Int) -> String {
        count <= limit ? self : String(prefix(max(0, limit - 1))) + "…"
    }
}

extension Unicode.Scalar {
    /// Allowed in XML 1.0 (section 2.2), and not one of the bidirectional controls, with which a name could turn round
    /// the numbers beside it. Carriage returns and C1 controls go too: no report needs them.
    fileprivate var isPrintableInXML: Bool {
        switch value {
        case 0x09, 0x0A: true
        case 0x00...0x1F, 0x7F...0x9F, 0xFFFE, 0xFFFF: false
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
        default: value & 0xFFFE != 0xFFFE
        }
    }
}
