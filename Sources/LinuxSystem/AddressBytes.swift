import Glibc

/// IP addresses as 4 or 16 bytes in network order.
package enum AddressBytes {
    /// nil: neither IPv4 nor IPv6. C: `inet_pton`.
    package static func of(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        if inet_pton(AF_INET6, text, &six) == 1 { return withUnsafeBytes(of: &six) { Array($0) } }
        return nil
    }
}
