import Glibc

/// An address or a network as a file writes it: "10.1.2.3", "10.1.2.0/24", "fd00::1", "fd00::/64". Only checked here; what
/// it means to packets is the agent's.
package struct NetworkText: Sendable, Hashable {
    package let isIPv6: Bool
    private let bytes: [UInt8]
    private let length: Int
    /// As it was written.
    package let text: String

    package enum Fault: Error {
        case notAnAddress
        /// The prefix length is missing after the slash, or longer than the address.
        case length
        /// Bits beyond the prefix are set: `10.0.0.7/24` is more likely a slip than a wish.
        case hostBits
    }

    package init(_ text: String) throws(Fault) {
        self.text = text
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init
        )
        var bytes = [UInt8](repeating: 0, count: 16)
        let host = parts.first ?? ""
        // inet_pton would stop at a NUL.
        guard !host.utf8.contains(0) else { throw .notAnAddress }
        if inet_pton(AF_INET, host, &bytes) == 1 {
            isIPv6 = false
        } else if inet_pton(AF_INET6, host, &bytes) == 1 {
            isIPv6 = true
        } else {
            throw .notAnAddress
        }
        self.bytes = bytes
        let size = isIPv6 ? 128 : 32
        guard parts.count == 2 else {
            length = size
            return
        }
        guard let length = Int(parts[1]), String(length) == parts[1], (0...size).contains(length) else {
            throw .length
        }
        self.length = length
        let isClean = (length..<size).allSatisfy { bytes[$0 / 8] & (0x80 >> UInt8($0 % 8)) == 0 }
        guard isClean else { throw .hostBits }
    }

    /// Whether an address lies in a network, both as texts; false when either is none.
    package static func contains(_ network: String, _ address: String) -> Bool {
        guard let network = try? NetworkText(network), let address = try? NetworkText(address) else {
            return false
        }
        return network.contains(address)
    }

    /// Whether all of the other lies in this one.
    package func contains(_ other: NetworkText) -> Bool {
        guard isIPv6 == other.isIPv6, length <= other.length else { return false }
        return (0..<length).allSatisfy { bit in
            (bytes[bit / 8] ^ other.bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }
}
