/// "http://host:port/path" or "tcp://host:port", taken apart; what is wrong comes as a sentence.
struct AddressText {
    enum Scheme: String { case http, tcp }

    struct Fault: Error { let message: String }

    let scheme: Scheme
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
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains("#")
        else {
            throw Fault(message: "\(quoted(text)) holds a blank, a # or what is not ASCII; percent-encode it")
        }
        let rest = text[mark.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            throw Fault(message: "\(quoted(text)) holds a user name; expected http://host:port/path")
        }
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count > 1 {
            guard let number = DecimalText(parts[1])?.whole, let port = UInt16(exactly: number), port > 0
            else {
                throw Fault(message: "\(quoted(String(parts[1]))) is no port; expected 1 to 65535")
            }
            self.port = port
        } else {
            self.port = nil
        }
        let path = rest[authority.endIndex...]
        self.scheme = scheme
        self.host = parts.first.map(String.init) ?? ""
        self.path = path.first == "?" ? "/" + path : String(path)
    }
}
