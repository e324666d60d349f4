import Measures

/// What the readings of several protocols share.
extension Reader {
    func requestTimeout(_ fields: Fields) -> Duration? {
        optional(fields["timeout"], .seconds(1)) {
            duration($0, "timeout", from: .milliseconds(1), to: .seconds(60))
        }
    }

    /// Requests under way on one connection, at most; 1 where nothing is said.
    func underWay(_ fields: Fields, _ key: String) -> Int? {
        optional(fields[key], 1) { count($0, key, 1...1_000) }
    }

    /// "scheme://host:port" and nothing behind it; `port` where none is written, nil where it must be.
    func target(
        _ value: Value,
        _ key: String,
        _ scheme: AddressText.Scheme,
        port: UInt16?,
        hosts: [String]
    ) -> HostPort? {
        let expected = "\(scheme.rawValue)://host:port"
        guard let address = address(value, key, expected: expected, hosts: hosts) else { return nil }
        guard address.scheme == scheme, address.path.isEmpty || address.path == "/",
            let port = address.port ?? port
        else {
            problems.add("address", at: value.place, "\(key) is \(value.shown); expected \(expected)")
            return nil
        }
        return HostPort(host: address.host, port: port)
    }

    /// A text, or bytes as "hex:…" or "base64:…".
    func bytes(_ value: Value, _ key: String, most: Int) -> [UInt8]? {
        let expected = "a text, hex:… or base64:…, at most \(most) bytes"
        guard let text = text(value, key, expected: expected) else { return nil }
        guard let bytes = ByteText(text)?.bytes, bytes.count <= most else {
            problems.add("bytes", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        return bytes
    }
}
