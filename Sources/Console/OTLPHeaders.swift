/// Headers of OTLP's requests, from the environment: OTEL_EXPORTER_OTLP_HEADERS, "key=value,other=value", values percent-encoded
/// (OpenTelemetry specification, "OTLP exporter configuration"; W3C Baggage). They may hold tokens: never written anywhere.
package struct OTLPHeaders: Sendable {
    package static let variable = "OTEL_EXPORTER_OTLP_HEADERS"
    package let all: [(String, String)]

    /// Errors: say where, and not what stands there.
    package init(_ text: String) throws {
        var all: [(String, String)] = []
        for (index, part) in text.split(separator: ",").enumerated() where !part.allSatisfy(\.isWhitespace) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.trimmed(pair[0])
            guard pair.count == 2, let value = Self.decoded(Self.trimmed(pair[1])), !name.isEmpty,
                name.utf8.allSatisfy(Self.isOfToken), value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
            else {
                throw ListenError(
                    code: "otlp.headers",
                    message:
                        "\(Self.variable): entry \(index + 1) is no 'name=value'; expected 'name=value,name=value' with values "
                        + "percent-encoded"
                )
            }
            all.append((name.lowercased(), value))
        }
        self.all = all
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }

    /// nil: a percent sign without two digits, or bytes that are no UTF-8.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// A character of a token (RFC 9110, section 5.6.2).
    private static func isOfToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
