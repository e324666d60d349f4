import Glibc

/// An IPv4 or IPv6 network, or one address: what a rule compares a packet's address with.
package struct AddressPrefix: Sendable, Hashable, CustomStringConvertible {
    /// Network order: 4 bytes or 16. Bits beyond `length` are zero.
    package let bytes: [UInt8]
    /// Leading bits that count: 0 to 32, or 0 to 128.
    package let length: Int

    package var isIPv6: Bool { bytes.count == 16 }
    /// Every address of the family.
    package var isEverything: Bool { length == 0 }
    package var isHost: Bool { length == bytes.count * 8 }

    /// nil unless there are 4 or 16 bytes and the length fits. Bits beyond the length must be zero: `10.0.0.7/24` is more
    /// likely a slip than a wish.
    package init?(bytes: [UInt8], length: Int) {
        guard bytes.count == 4 || bytes.count == 16, (0...bytes.count * 8).contains(length) else {
            return nil
        }
        let mask = Self.mask(length: length, count: bytes.count)
        guard zip(bytes, mask).allSatisfy({ $0 & ~$1 == 0 }) else { return nil }
        self.bytes = bytes
        self.length = length
    }

    /// "10.1.2.3", "10.1.2.0/24", "fd00::1", "fd00::/64".
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, let bytes = Self.parse(String(host)) else { return nil }
        var length = bytes.count * 8
        if parts.count == 2 {
            guard let written = Int(parts[1]), String(written) == parts[1] else { return nil }
            length = written
        }
        self.init(bytes: bytes, length: length)
    }

    /// One bits where the prefix counts.
    package var mask: [UInt8] { Self.mask(length: length, count: bytes.count) }

    /// Whether an address, 4 bytes or 16 in network order, lies within.
    package func contains(_ address: [UInt8]) -> Bool {
        address.count == bytes.count && zip(zip(address, mask), bytes).allSatisfy { $0.0 & $0.1 == $1 }
    }

    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = isIPv6 ? AF_INET6 : AF_INET
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return isHost ? host : "\(host)/\(length)"
    }

    private static func mask(length: Int, count: Int) -> [UInt8] {
        (0..<count).map { index in
            let bits = min(max(length - index * 8, 0), 8)
            return bits == 0 ? 0 : ~UInt8(0) << UInt8(8 - bits)
        }
    }

    private static func parse(_ host: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, host, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, host, &sixteen) == 1 ? sixteen : nil
    }
}
