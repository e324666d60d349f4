/// What a name in DNS may be (RFC 1035, section 2.3.4): labels of 1 to 63 bytes, 255 bytes as encoded.
enum DomainName {
    static let expected = "labels of 1 to 63 ASCII characters with dots between them, 253 in all"

    /// Without a dot at its end.
    static func isName(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }
            }
    }
}
