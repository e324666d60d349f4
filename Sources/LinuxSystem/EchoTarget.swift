import Glibc

/// Whom echo requests go to: an IPv4 or IPv6 address, and the system calls to it.
struct EchoTarget {
    let family: Int32
    /// Network order: 4 bytes or 16.
    let address: [UInt8]

    var isIPv6: Bool { family == AF_INET6 }
    var transport: Int32 { isIPv6 ? Int32(IPPROTO_ICMPV6) : Int32(IPPROTO_ICMP) }

    /// nil unless it is an address.
    init?(_ text: String) {
        let isIPv6 = text.contains(":")
        family = isIPv6 ? AF_INET6 : AF_INET
        var bytes = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
        guard inet_pton(family, text, &bytes) == 1 else { return nil }
        address = bytes
    }

    /// sockaddr_in or sockaddr_in6: the family in host order, then the address after the port, and for IPv6 after the flow.
    private var socketAddress: [UInt8] {
        let length = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        var bytes = [UInt8](repeating: 0, count: length)
        withUnsafeBytes(of: sa_family_t(family)) { bytes.replaceSubrange(0..<2, with: $0) }
        bytes.replaceSubrange(offset..<(offset + address.count), with: address)
        return bytes
    }

    private var offset: Int { isIPv6 ? 8 : 4 }

    /// Errors are not told: a path that refuses does not answer.
    func send(_ packet: [UInt8], on number: Int32) {
        _ = socketAddress.withUnsafeBytes { address in
            sendto(
                number,
                packet,
                packet.count,
                0,
                address.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(address.count)
            )
        }
    }

    /// What recv(2) returns, and the sender's address.
    func receive(into buffer: inout [UInt8], on number: Int32) -> (count: Int, source: [UInt8]) {
        var sender = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_storage>.size)
        var length = socklen_t(sender.count)
        let count = sender.withUnsafeMutableBytes { sender in
            recvfrom(
                number,
                &buffer,
                buffer.count,
                0,
                sender.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                &length
            )
        }
        return (count, Array(sender[offset..<(offset + address.count)]))
    }
}
