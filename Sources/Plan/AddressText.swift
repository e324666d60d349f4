/// "http://host:port/path" or "tcp://host:port", taken apart; what is wrong comes as a sentence.
struct AddressText {
    enum Scheme: String { case http, https, tcp, grpc, grpcs, udp, dns, icmp }

    struct Fault: Error { let message: String }

    let scheme: Scheme
    /// A name, or an address; an IPv6 address without the brackets that it stands in.
    let host: String
    /// nil: not written.
    let port: UInt16?
    /// With the query; empty when not written.
    let path: String

    init(_ text: String) throws(Fault) {
        guard let mark = text.firstRange(of: "://") else {
            throw Fault(message: "\(quoted(text)) is no address; expected http://host:port/path")
        }
        guard let scheme = Scheme(rawValue: String(text[..<mark.lowerBound])) else {
            let written = quoted(String(text[...text.index(before: mark.upperBound)]))
            throw Fault(message: "\(written) is not supported; expected http://host:port/path")
        }
        guard text.utf8.count <= 2048,
            TextTemplate.filled(text).utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains("#")
        else {
            throw Fault(message: "\(quoted(text)) holds a blank, a # or what is not ASCII; percent-encode it")
        }
        let rest = text[mark.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            throw Fault(message: "\(quoted(text)) holds a user name; expected http://host:port/path")
        }
        let (host, port) = try Self.parts(of: authority)
        if let port {
            guard let number = DecimalText(port)?.whole, let port = UInt16(exactly: number), port > 0
            else {
                throw Fault(message: "\(quoted(String(port))) is no port; expected 1 to 65535")
            }
            self.port = port
        } else {
            self.port = nil
        }
        let path = rest[authority.endIndex...]
        self.scheme = scheme
        self.host = host
        self.path = path.first == "?" ? "/" + path : String(path)
    }

    /// RFC 3986, section 3.2.2: an IPv6 address stands in brackets.
    private static func parts(of authority: Substring) throws(Fault) -> (host: String, port: Substring?) {
        guard authority.first == "[" else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (parts.first.map(String.init) ?? "", parts.count > 1 ? parts[1] : nil)
        }
        guard let end = authority.firstIndex(of: "]") else {
            throw Fault(message: "\(quoted(String(authority))) has no ]; expected http://[address]:port/path")
        }
        let host = authority[authority.index(after: authority.startIndex)..<end]
        let rest = authority[authority.index(after: end)...]
        guard !host.isEmpty, host.utf8.allSatisfy({ Self.isOfAddress($0) }), rest.isEmpty || rest.first == ":"
        else {
            throw Fault(
                message: "\(quoted(String(authority))) is no address; expected http://[address]:port/path"
            )
        }
        return (String(host), rest.isEmpty ? nil : rest.dropFirst())
    }

    private static func isOfAddress(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: ":"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
