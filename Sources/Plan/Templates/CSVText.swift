/// Comma-separated values (RFC 4180): fields may stand in quotation marks, lines end with LF or CRLF.
struct CSVText {
    struct Fault: Error, Equatable {
        /// From 1.
        let line: Int
        let words: String
    }

    let rows: [[String]]

    init(_ text: String) throws(Fault) {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var line = 1
        var isQuoted = false
        var wasQuoted = false
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x0a { line += 1 }
            if isQuoted {
                if byte != UInt8(ascii: "\"") {
                    field.append(byte)
                } else if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                    field.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\"") where field.isEmpty && !wasQuoted:
                isQuoted = true
                wasQuoted = true
            case UInt8(ascii: ","):
                row.append(String(decoding: field, as: UTF8.self))
                (field, wasQuoted) = ([], false)
            case 0x0d where index < bytes.count && bytes[index] == 0x0a: continue
            case 0x0a:
                row.append(String(decoding: field, as: UTF8.self))
                // A line with nothing in it is no row.
                if row.count > 1 || !field.isEmpty || wasQuoted { rows.append(row) }
                (row, field, wasQuoted) = ([], [], false)
            default:
                guard !wasQuoted, byte != UInt8(ascii: "\"") else {
                    throw Fault(
                        line: line,
                        words: "a quotation mark in the middle of a field; double it inside of marks"
                    )
                }
                field.append(byte)
            }
        }
        guard !isQuoted else { throw Fault(line: line, words: "a quotation mark is not closed") }
        if !row.isEmpty || !field.isEmpty || wasQuoted {
            rows.append(row + [String(decoding: field, as: UTF8.self)])
        }
        self.rows = rows
    }
}
