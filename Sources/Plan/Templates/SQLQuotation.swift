/// Whether a place in a query's text lies outside of quotations and comments (PostgreSQL documentation, 4.1), told from the
/// text before it.
struct SQLQuotation {
    private enum State: Equatable {
        case outside
        /// '…'; after E'…' a backslash takes the next byte with it.
        case text(escapes: Bool)
        case name
        /// $tag$ … $tag$
        case dollar(tag: [UInt8])
        case line
        case block(depth: Int)
    }

    private var state = State.outside
    /// A backslash in '…' ends it or not, as the server's settings have it.
    private var isDoubtful = false

    init() {}

    /// A literal may stand here.
    var isOutside: Bool { state == .outside && !isDoubtful }

    var refusal: String {
        isDoubtful
            ? "a template after a \\ in '…' or a $ in a word, which may begin or end a quotation; expected E'…' around the \\"
            : "a template within a quotation or a comment; data are quoted as they are filled in, so leave the quotes out, or "
                + "say {{raw …}} for a text that becomes part of the query"
    }

    mutating func read(_ bytes: [UInt8]) {
        var index = 0
        while index < bytes.count { index = step(bytes, index) }
        // What is filled in behind it may make the tag of a quotation of it.
        let word = bytes.reversed().prefix { Self.isOfName($0) }
        if state == .outside, word.contains(UInt8(ascii: "$")) { isDoubtful = true }
    }

    /// The index after what begins here.
    private mutating func step(_ bytes: [UInt8], _ index: Int) -> Int {
        let byte = bytes[index]
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        switch state {
        case .outside: return begin(bytes, index, next)
        case .text(let escapes):
            if byte == UInt8(ascii: "\\") {
                if escapes { return index + 2 }
                isDoubtful = true
            }
            // A doubled quote ends it and begins another of its kind.
            if byte == UInt8(ascii: "'") {
                if next == byte { return index + 2 }
                state = .outside
            }
        case .name: if byte == UInt8(ascii: "\"") { state = .outside }
        case .line: if byte == 0x0a || byte == 0x0d { state = .outside }
        case .block(let depth):
            if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
                state = .block(depth: depth + 1)
                return index + 2
            }
            if byte == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
                state = depth == 1 ? .outside : .block(depth: depth - 1)
                return index + 2
            }
        case .dollar(let tag):
            guard bytes[index...].starts(with: tag) else { break }
            state = .outside
            return index + tag.count
        }
        return index + 1
    }

    private mutating func begin(_ bytes: [UInt8], _ index: Int, _ next: UInt8) -> Int {
        switch bytes[index] {
        case UInt8(ascii: "'"):
            let before = index > 0 ? bytes[index - 1] | 0x20 : 0
            let isWord = index > 1 && Self.isOfName(bytes[index - 2])
            state = .text(escapes: before == UInt8(ascii: "e") && !isWord)
            // What stands before the e was filled in.
            if before == UInt8(ascii: "e"), index == 1 { isDoubtful = true }
        case UInt8(ascii: "\""): state = .name
        case UInt8(ascii: "-") where next == UInt8(ascii: "-"): state = .line
        case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
            state = .block(depth: 1)
            return index + 2
        case UInt8(ascii: "$") where index == 0 || !Self.isOfName(bytes[index - 1]):
            let end = bytes[(index + 1)...].firstIndex { !Self.isOfName($0) || $0 == UInt8(ascii: "$") }
            guard let end, bytes[end] == UInt8(ascii: "$"), !(0x30...0x39).contains(next) else { break }
            state = .dollar(tag: Array(bytes[index...end]))
            return end + 1
        default: break
        }
        return index + 1
    }

    /// Letters, digits, _ and $; all beyond ASCII are letters there.
    private static func isOfName(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5f || byte == 0x24 || byte >= 0x80
    }
}
