/// A command as redis-cli takes it: words parted by blanks; "…" knows \n \r \t \a \b \xHH and takes any other escaped
/// character as it is; '…' knows \' only. A quotation ends its word. Blanks in `{{…}}` part nothing.
struct RedisCommandText {
    enum Fault: Error, Equatable {
        /// A quotation without its other end, or with something behind it.
        case quotation
    }

    let words: [[UInt8]]

    init(_ text: String) throws(Fault) {
        var words: [[UInt8]] = []
        var rest = Array(text.utf8)[...]
        while true {
            rest = rest.drop { Self.isBlank($0) }
            guard !rest.isEmpty else { break }
            words.append(try Self.word(&rest))
        }
        self.words = words
    }

    private static func word(_ rest: inout ArraySlice<UInt8>) throws(Fault) -> [UInt8] {
        var word: [UInt8] = []
        while let byte = rest.popFirst() {
            if isBlank(byte) { return word }
            if byte == UInt8(ascii: "{"), let template = template(rest) {
                word += [byte] + template
                rest = rest.dropFirst(template.count)
                continue
            }
            guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else {
                word.append(byte)
                continue
            }
            try quotation(byte, &rest, into: &word)
            guard rest.first.map({ isBlank($0) }) ?? true else { throw .quotation }
            return word
        }
        return word
    }

    /// What is left of `{{random 1 6}}` behind its first brace; nil: none begins here.
    private static func template(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let brace = UInt8(ascii: "}")
        guard rest.first == UInt8(ascii: "{") else { return nil }
        // Two braces are meant.
        if rest.starts(with: "{{{".utf8) { return rest.prefix(3) }
        let end = rest.indices.dropLast().first { rest[$0] == brace && rest[$0 + 1] == brace }
        return end.map { rest[...($0 + 1)] }
    }

    private static func quotation(_ end: UInt8, _ rest: inout ArraySlice<UInt8>, into word: inout [UInt8])
        throws(Fault)
    {
        while let byte = rest.popFirst() {
            if byte == end { return }
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                word.append(byte)
                continue
            }
            if end == UInt8(ascii: "\"") {
                rest.removeFirst()
                word.append(escaped(next, &rest))
            } else if next == end {
                rest.removeFirst()
                word.append(next)
            } else {
                word.append(byte)
            }
        }
        throw .quotation
    }

    private static func escaped(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "a"): return 0x07
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "x"):
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return byte }
            rest = rest.dropFirst(2)
            return value
        default: return byte
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    /// A word such that reading it gives the same bytes; plain ones as they are.
    static func quote(_ word: [UInt8]) -> String {
        let isPlain = word.allSatisfy { byte in
            (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "'")
                && byte != UInt8(ascii: "{")
        }
        guard !isPlain || word.isEmpty else { return String(decoding: word, as: UTF8.self) }
        var quoted = "\""
        for byte in word {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                quoted += "\\"
                quoted.unicodeScalars.append(Unicode.Scalar(byte))
            case 0x20...0x7e: quoted.unicodeScalars.append(Unicode.Scalar(byte))
            default: quoted += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return quoted + "\""
    }
}
