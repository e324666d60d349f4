import Plan

/// Finds one value in a JSON text (RFC 8259) by a pointer (RFC 6901), in one pass, without memory of its own. What the
/// pointer does not lead through is skipped, and not judged. Of members with the same name the first counts.
struct JSONCursor {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Whether there is a whole value, and it is this text (nil: any).
    mutating func finds(_ pointer: JSONPointer, equal text: [UInt8]?) -> Bool {
        for step in pointer.steps {
            guard enter(step) else { return false }
        }
        skipSpace()
        guard let text else { return skipValue() }
        guard let first = peek else { return false }
        if first == UInt8(ascii: "\"") { return string(equals: text) == .equal }
        guard first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else { return false }
        let start = position
        guard skipValue(), position - start == text.count else { return false }
        return zip(bytes[start..<position], text).allSatisfy(==)
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        position += 1
        return true
    }

    /// To the value of this step, whose container begins here.
    private mutating func enter(_ step: JSONPointer.Step) -> Bool {
        skipSpace()
        if take(UInt8(ascii: "{")) { return enterMember(step.name) }
        if let index = step.index, take(UInt8(ascii: "[")) { return enterItem(index) }
        return false
    }

    private mutating func enterMember(_ name: [UInt8]) -> Bool {
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { return false }
            let comparison = string(equals: name)
            guard comparison != .broken, take(UInt8(ascii: ":")) else { return false }
            if comparison == .equal { return true }
            skipSpace()
            guard skipValue() else { return false }
        } while take(UInt8(ascii: ","))
        return false
    }

    private mutating func enterItem(_ index: Int) -> Bool {
        skipSpace()
        guard peek != UInt8(ascii: "]") else { return false }
        for _ in 0..<index {
            skipSpace()
            guard skipValue(), take(UInt8(ascii: ",")) else { return false }
        }
        return true
    }

    /// Over one value of any kind, however deep: brackets are counted, not matched by kind.
    private mutating func skipValue() -> Bool {
        guard let first = peek else { return false }
        if first == UInt8(ascii: "\"") { return skipString() }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return skipWord() }
        var depth = 0
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                guard skipString() else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            position += 1
            if depth == 0 { return true }
        }
        return false
    }

    /// A number, true, false or null.
    private mutating func skipWord() -> Bool {
        let start = position
        while let byte = peek, Self.isOfWord(byte) { position += 1 }
        return position > start
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    private mutating func skipString() -> Bool { string(equals: []) != .broken }

    private enum Comparison {
        case equal
        case other
        case broken
    }

    /// Over the text that begins here, compared with its escapes resolved.
    private mutating func string(equals text: [UInt8]) -> Comparison {
        position += 1
        var matched = 0
        var isEqual = true
        func see(_ byte: UInt8) {
            if isEqual, matched < text.count, text[matched] == byte { matched += 1 } else { isEqual = false }
        }
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return isEqual && matched == text.count ? .equal : .other
            case UInt8(ascii: "\\"):
                guard let character = escape() else { return .broken }
                for byte in UTF8.encode(character) ?? .init() { see(byte) }
            default: see(byte)
            }
        }
        return .broken
    }

    /// After a backslash; a lone surrogate is U+FFFD. nil: no escape of JSON.
    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = peek else { return nil }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let high = unit() else { return nil }
            guard high & 0xfc00 == 0xd800 else { return Unicode.Scalar(high) ?? "\u{fffd}" }
            let start = position
            guard peek == UInt8(ascii: "\\"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "u")
            else { return "\u{fffd}" }
            position += 2
            if let low = unit(), low & 0xfc00 == 0xdc00 {
                return Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00))
            }
            position = start
            return "\u{fffd}"
        default: return nil
        }
    }

    /// Four hexadecimal digits.
    private mutating func unit() -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}
