/// Bytes as a golden test writes them: "0a 4d 00 01". Blanks and line ends do not count; nil for anything else.
package func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = text.filter { !$0.isWhitespace }
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    var rest = digits[...]
    while !rest.isEmpty {
        guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
        bytes.append(byte)
        rest = rest.dropFirst(2)
    }
    return bytes
}

/// Sixteen bytes a line, as a failed comparison prints them and a golden value is written.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var lines: [String] = []
    var line: [String] = []
    for byte in bytes {
        line.append((byte < 16 ? "0" : "") + String(byte, radix: 16))
        if line.count == 16 {
            lines.append(line.joined(separator: " "))
            line = []
        }
    }
    if !line.isEmpty { lines.append(line.joined(separator: " ")) }
    return lines.joined(separator: "\n")
}
