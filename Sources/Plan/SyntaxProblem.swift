import Yams

/// What libyaml found wrong, as a diagnostic with a place and, where one is known, a remedy.
struct SyntaxProblem {
    private let code: String
    private let place: Place
    private let message: String

    init(_ error: YamlError, source: SourceText) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            code = problem.hasPrefix("Maximum nesting level") ? "too-deep" : "syntax"
            place = Self.place(of: mark, in: source)
            message = Self.explain(problem, context: context, at: place, in: source)
        case .composer(_, let problem, let mark, _):
            let isSecond = problem.contains("another document")
            code = isSecond ? "documents" : "alias"
            place = Place(line: mark.line, column: mark.column)
            message =
                isSecond
                ? "a second document begins; expected one \(source.subject.word) in a file"
                : "not YAML: \(problem)"
        case .duplicatedKeysInMapping(let keys, let context):
            let key = keys.first ?? ""
            let first = Place(line: context.mark.line, column: context.mark.column)
            code = "duplicate-key"
            place = Self.repetition(of: key, after: first, in: source) ?? first
            // Yams' word for a key that is a list or a map.
            message =
                key == "<uncovertable>"
                ? "a key is not a plain word; expected key: value"
                : "key \(quoted(key)) is given twice; it stands on line \(first.line) already"
        case .reader(let problem, _, _, _):
            (code, place, message) = ("character", .start, "not YAML: \(problem)")
        default:
            (code, place, message) = ("syntax", .start, "not YAML: \(error)")
        }
    }

    func report(to problems: Problems) {
        problems.add(code, at: place, message)
    }

    /// libyaml marks the end of the file on a line of its own; the last line that has text is what to look at.
    private static func place(of mark: Mark, in source: SourceText) -> Place {
        let line = min(mark.line, source.lineCount)
        return Place(
            line: line,
            column: line == mark.line ? mark.column : source.scalars(ofLine: line).count + 1
        )
    }

    private static func explain(
        _ problem: String,
        context: YamlError.Context?,
        at place: Place,
        in source: SourceText
    ) -> String {
        guard !problem.hasPrefix("Maximum nesting level") else { return "nested deeper than 64 levels" }
        let line = source.scalars(ofLine: place.line)
        if line.prefix(place.column).contains("\t") {
            return "not YAML: a tab cannot indent; expected spaces"
        }
        let while_ = context.map { " (\($0.text) from line \($0.mark.line), column \($0.mark.column))" } ?? ""
        let isSelector = String(String.UnicodeScalarView(line)).contains(" of [")
        let hint =
            isSelector
            ? "; inside braces a selector reads {any: {1 of: [a, b]}} or {any: \"1 of [a, b]\"}" : ""
        return "not YAML: \(problem)\(while_)\(hint)"
    }

    /// Where a key stands again in the same map: on a later line at the same column before the map ends, or further
    /// right on the same line of a map in braces. Only the place of a message depends on it.
    private static func repetition(of key: String, after first: Place, in source: SourceText) -> Place? {
        let wanted = Array(key.unicodeScalars)
        guard !wanted.isEmpty else { return nil }
        let stands = { (line: [Unicode.Scalar], at: Int) in
            guard at >= 0, line.count > at + wanted.count, Array(line[at..<at + wanted.count]) == wanted
            else { return false }
            return line[(at + wanted.count)...].first { $0 != " " } == ":"
        }
        let line = source.scalars(ofLine: first.line)
        for at in stride(from: first.column, to: line.count, by: 1)
        where stands(line, at) && [" ", ",", "{"].contains(line[at - 1]) {
            return Place(line: first.line, column: at + 1)
        }
        guard first.line < source.lineCount else { return nil }
        for number in (first.line + 1)...source.lineCount {
            let line = source.scalars(ofLine: number)
            guard let indent = line.firstIndex(where: { $0 != " " }), line[indent] != "#" else { continue }
            guard indent >= first.column - 1 else { return nil }
            if stands(line, first.column - 1) { return Place(line: number, column: first.column) }
        }
        return nil
    }
}
