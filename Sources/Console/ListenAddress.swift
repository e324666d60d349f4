package import Measures

/// Where to listen: "9100" (loopback), "127.0.0.1:9100", "[::1]:9100", "0.0.0.0:9100", "localhost:9100". Port 0: any that is free.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// Without brackets.
    package let host: String
    package let port: UInt16

    /// Bytes: the longest name of the DNS (RFC 1035, section 2.3.4).
    private static let longest = 253

    package init(_ text: String) throws {
        guard let (host, port) = Self.parts(of: text) else {
            throw ListenError(
                code: "listen.address",
                message: "'\(text.prefix(80))' is no address to listen on; expected a port, such as 9100 "
                    + "(on the loopback only), or an address and a port, such as 127.0.0.1:9100 or [::1]:9100"
            )
        }
        self.host = host
        self.port = port
    }

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    private static func parts(of text: String) -> (String, UInt16)? {
        guard text.utf8.count <= longest + 8 else { return nil }
        guard let colon = text.lastIndex(of: ":") else { return port(text[...]).map { ("127.0.0.1", $0) } }
        guard let port = port(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        if host.first == "[" {
            guard host.last == "]", host.count > 2 else { return nil }
            host = host.dropFirst().dropLast()
            let isAddress = host.utf8.allSatisfy {
                $0.isHexDigit || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            }
            return isAddress ? (String(host), port) : nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0.isOfName }) else { return nil }
        return (String(host), port)
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return UInt16(text)
    }

    /// Nobody but this machine reaches it.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.utf8.allSatisfy(\.isOfIPv4))
    }

    /// For an address that others reach.
    package var openWarning: String {
        "\(self) is no loopback address: whoever reaches it reads what is there, without a password"
    }

    /// As in a URL.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

package struct ListenError: ReadableError {
    package let code: String
    package let message: String
    package var exitCode: ExitCode { .badInput }

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (48...57).contains(self) || (97...102).contains(self) || (65...70).contains(self)
    }
    fileprivate var isOfIPv4: Bool { (48...57).contains(self) || self == UInt8(ascii: ".") }
    fileprivate var isOfName: Bool {
        (48...57).contains(self) || (97...122).contains(self) || (65...90).contains(self)
            || self == UInt8(ascii: ".") || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}
