/// The rows of a trace's text: lines of one field, or of several with a header. Fields are separated by commas, semicolons
/// or tabs, may stand in quotation marks, and lose the blanks around them; empty lines and those that begin with # are
/// passed over. Lines end with LF or CRLF.
struct TraceTable {
    /// What is asked for by name; nil: found by the usual names.
    struct Columns: Equatable {
        var time: String?
        var count: String?
    }

    struct Row: Equatable {
        /// From 1.
        let line: Int
        let time: Substring
        /// Of a table of counts.
        let count: Substring?
    }

    let rows: [Row]

    private static let times = [
        "time", "timestamp", "second", "seconds", "offset", "at", "ts", "date", "datetime", "intended",
    ]
    private static let counts = ["count", "counts", "requests", "arrivals", "due", "hits", "n"]

    init(_ text: String, _ columns: Columns) throws(TraceProblem) {
        var rows: [Row] = []
        var places: (time: Int, count: Int?)?
        var separator: UInt8?
        var number = 0
        // A byte order mark is no part of the first line. Not by characters, of which CR LF is one.
        for line in text.utf8.dropFirst(text.hasPrefix("\u{FEFF}") ? 3 : 0)
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        {
            number += 1
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.allSatisfy(Self.isBlank) || line.first == UInt8(ascii: "#") { continue }
            if places == nil { separator = Self.separators.first { line.contains($0) } }
            let fields = separator.map { Self.fields(line, $0) } ?? [Self.bare(line)]
            guard let known = places else {
                let isHeader = TraceStamp(fields[0]) == nil
                places =
                    try isHeader
                    ? Self.places(fields, columns, number) : Self.unnamed(fields, columns, number)
                if !isHeader { rows.append(Row(line: number, time: fields[0], count: nil)) }
                continue
            }
            guard fields.count > max(known.time, known.count ?? 0) else {
                throw TraceProblem(
                    line: number,
                    "\(fields.count == 1 ? "1 field" : "\(fields.count) fields"); expected as many as the header has"
                )
            }
            rows.append(Row(line: number, time: fields[known.time], count: known.count.map { fields[$0] }))
        }
        guard !rows.isEmpty else { throw TraceProblem("it holds no arrivals; expected one instant a line") }
        self.rows = rows
    }

    private static let separators = [UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: ",")]
    private static let mark = UInt8(ascii: "\"")

    /// A separator in quotation marks separates nothing.
    private static func fields(_ line: Substring.UTF8View, _ separator: UInt8) -> [Substring] {
        var isQuoted = false
        return line.split(omittingEmptySubsequences: false) { byte in
            if byte == mark { isQuoted.toggle() }
            return byte == separator && !isQuoted
        }.map(bare)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func bare(_ field: Substring.UTF8View) -> Substring {
        var field = field.drop(while: isBlank)
        while let last = field.last, isBlank(last) { field.removeLast() }
        let isQuoted = field.count > 1 && field.first == mark && field.last == mark
        return Substring(isQuoted ? field.dropFirst().dropLast() : field)
    }

    private static func places(_ names: [Substring], _ columns: Columns, _ line: Int) throws(TraceProblem)
        -> (
            time: Int, count: Int?
        )
    {
        let names = names.map { $0.lowercased() }
        // A column alone is one of instants, under whatever name but this.
        let isAlone = names.count == 1
        let count = try isAlone ? nil : place(of: columns.count, in: names, usual: counts, line)
        guard !isAlone || columns.count == nil && !names[0].hasPrefix("count") else {
            throw TraceProblem(line: line, "a column of counts alone; expected one of times beside it")
        }
        let time = try place(of: columns.time, in: names, usual: times, line)
        return (time ?? (count == 0 ? 1 : 0), count)
    }

    private static func place(of asked: String?, in names: [String], usual: [String], _ line: Int)
        throws(TraceProblem) -> Int?
    {
        guard let asked else { return usual.compactMap { names.firstIndex(of: $0) }.first }
        guard let place = names.firstIndex(of: asked.lowercased()) else {
            throw TraceProblem(
                line: line,
                "no column \(quoted(asked)); the header has \(quoted(names.listed))"
            )
        }
        return place
    }

    /// Without a header there is one column and nothing to ask for.
    private static func unnamed(_ fields: [Substring], _ columns: Columns, _ line: Int) throws(TraceProblem)
        -> (
            time: Int, count: Int?
        )
    {
        guard columns == Columns() else {
            throw TraceProblem(
                line: line,
                "\(quoted(String(fields[0]))) is no header; expected the columns' names"
            )
        }
        guard fields.count == 1 else {
            throw TraceProblem(
                line: line,
                "\(fields.count) columns and no header; expected one instant a line, or a header such as time,count"
            )
        }
        return (0, nil)
    }
}
