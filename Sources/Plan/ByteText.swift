import Measures

/// Bytes as a file or a command line writes them: "hex:0d0a", "base64:DQo=", or a text, whose UTF-8 they are; "text:hex:"
/// for a text that begins like one of the others.
struct ByteText {
    let bytes: [UInt8]

    /// nil: what follows hex: or base64: is not of it.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count > 1 ? parts[1] : ""
        switch parts.count > 1 ? parts[0] : "" {
        case "hex":
            guard let bytes = Self.hex(rest) else { return nil }
            self.bytes = bytes
        case "base64":
            guard let bytes = Self.base64(rest) else { return nil }
            self.bytes = bytes
        case "text": bytes = Array(rest.utf8)
        default: bytes = Array(text.utf8)
        }
    }

    /// In hexadecimal, which says everything.
    static func text(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return "hex:" + String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static func hex(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue.map(UInt8.init) }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// RFC 4648, section 4; the padding may be left out, bits that stand for no byte must be zero.
    private static func base64(_ text: Substring) -> [UInt8]? {
        var digits = text
        while digits.last == "=", text.utf8.count - digits.utf8.count < 2 { digits.removeLast() }
        let whole = digits + String(repeating: "=", count: (4 - digits.utf8.count % 4) % 4)
        guard let bytes = Base64.decode(whole), Base64.encode(bytes) == whole else { return nil }
        return bytes
    }
}
