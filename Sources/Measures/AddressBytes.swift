import Glibc

/// An IPv4 or IPv6 address as a packet holds it.
package struct AddressBytes: Sendable, Equatable, Codable {
    /// 4 or 16, in network order.
    package let bytes: [UInt8]
    /// As it was written.
    package let text: String

    /// nil: it is no address.
    package init?(_ text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        // inet_pton would stop at a NUL.
        guard !text.utf8.contains(0) else { return nil }
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.bytes = Array(bytes[..<4])
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.bytes = bytes
        } else {
            return nil
        }
        self.text = text
    }
}
