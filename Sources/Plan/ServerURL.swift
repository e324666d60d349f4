/// "redis://user:password@host:port/path", taken apart (RFC 3986, section 3.2). What is wrong comes as a sentence, which
/// holds nothing of the user's part.
struct ServerURL {
    /// nil: not written, or empty.
    let user: String?
    let password: String?
    let address: AddressText
    /// The scheme says that connections are secured from their first byte.
    let isSecure: Bool

    /// `form`: what is expected, for messages.
    init(_ text: String, schemes: [String], form: String) throws(AddressText.Fault) {
        guard let mark = text.firstRange(of: "://"), schemes.contains(String(text[..<mark.lowerBound])) else {
            // Without a scheme everything else may stand anywhere, a password too.
            throw AddressText.Fault(message: "no address of this protocol; expected \(form)")
        }
        isSecure = text[..<mark.lowerBound] == "rediss"
        let rest = text[mark.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else {
            // A blank or a slash in a password ends what can be told apart.
            guard !rest.contains("@") else { throw Self.unclear(form) }
            (user, password) = (nil, nil)
            address = try AddressText("tcp://" + rest)
            return
        }
        let login = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = login.map { Self.decode($0) }
        guard parts.allSatisfy({ $0 != nil }) else { throw Self.unclear(form) }
        user = parts.first.flatMap { $0 }.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.count > 1 ? parts[1] : nil
        address = try AddressText("tcp://" + rest[rest.index(after: at)...])
    }

    private static func unclear(_ form: String) -> AddressText.Fault {
        AddressText.Fault(
            message:
                "the user or password cannot be read; expected \(form), with @ : / ? # % and blanks in them encoded (%40)"
        )
    }

    /// Everything but unreserved characters (RFC 3986, section 2.3) as %XX.
    static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            if isUnreserved(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (byte < 16 ? "0" : "") + digits
            }
        }
        return encoded
    }

    /// nil: a % without two digits, bytes that are no UTF-8, or a character that must be encoded.
    static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                guard (0x21...0x7e).contains(byte), byte != UInt8(ascii: "#") else { return nil }
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), value != 0
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
