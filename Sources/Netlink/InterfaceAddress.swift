import CNetlink
import Glibc

/// An IPv4 or IPv6 address with its prefix length: "10.77.0.1/24", "fd00::1/64".
package struct InterfaceAddress: Sendable, Hashable, CustomStringConvertible {
    package enum Family: Sendable, Hashable { case v4, v6 }

    /// 4 or 16, network byte order.
    package let bytes: [UInt8]
    /// 0 to 32 or 128.
    package let prefixLength: Int

    package var family: Family { bytes.count == 4 ? .v4 : .v6 }
    /// AF_INET or AF_INET6.
    var familyNumber: Int32 { family == .v4 ? AF_INET : AF_INET6 }

    package init?(bytes: [UInt8], prefixLength: Int) {
        guard bytes.count == 4 || bytes.count == 16, (0...bytes.count * 8).contains(prefixLength) else {
            return nil
        }
        self.bytes = bytes
        self.prefixLength = prefixLength
    }

    /// nil when it is no address; without "/N" the prefix is the whole address.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first else { return nil }
        var bytes = [UInt8](repeating: 0, count: host.contains(":") ? 16 : 4)
        guard inet_pton(bytes.count == 4 ? AF_INET : AF_INET6, String(host), &bytes) == 1 else { return nil }
        var length = bytes.count * 8
        if parts.count == 2 {
            guard let given = Int(parts[1]), parts[1].allSatisfy(\.isNumber) else { return nil }
            length = given
        }
        self.init(bytes: bytes, prefixLength: length)
    }

    /// Without the prefix length.
    package var host: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let start = buffer.baseAddress, inet_ntop(familyNumber, bytes, start, 64) != nil else {
                return ""
            }
            return String(cString: start)
        }
    }

    package var description: String { "\(host)/\(prefixLength)" }
}

/// An address of an interface.
package struct AssignedAddress: Sendable, Hashable {
    package let link: Int32
    package let address: InterfaceAddress
    /// Still being checked for duplicates (IPv6): not usable yet.
    package let isTentative: Bool

    package init(link: Int32, address: InterfaceAddress, isTentative: Bool) {
        self.link = link
        self.address = address
        self.isTentative = isTentative
    }

    /// From one RTM_NEWADDR message: `struct ifaddrmsg` (8 bytes: family, prefix, flags, scope, index), IFA_ attributes.
    package init?(_ answer: Answer) {
        guard answer.type == 20, answer.payload.count >= 8 else { return nil }
        let attributes = Attribute.decode(answer.payload.dropFirst(8))
        // IFA_LOCAL (2) is the own address, IFA_ADDRESS (1) the peer's on a point-to-point link; IPv6 has only the latter.
        guard let bytes = (attributes.first { $0.type == 2 } ?? attributes.first { $0.type == 1 })?.payload,
            let address = InterfaceAddress(bytes: bytes, prefixLength: Int(answer.payload[1]))
        else { return nil }
        let wide = attributes.first { $0.type == 8 }?.payload.integer(at: 0, as: UInt32.self)
        self.init(
            link: answer.payload.integer(at: 4, as: Int32.self),
            address: address,
            isTentative: (wide ?? UInt32(answer.payload[2])) & 0x40 != 0
        )
    }
}
