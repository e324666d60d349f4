import Glibc
import Measures

/// Where a load connects to: an IPv4 or IPv6 address and a port, resolved before the run so that no name server is on
/// the hot path.
package struct HostAddress: Sendable, Equatable, CustomStringConvertible {
    /// sockaddr_in or sockaddr_in6, as the kernel wants it.
    let bytes: [UInt8]
    let family: Int32
    var isIPv6: Bool { family == AF_INET6 }
    /// "10.0.0.1:80", "[::1]:80".
    package let description: String

    /// The first stream address of a name, or of an address in text. Blocks while a name server is asked (up to the
    /// resolver's own limit, 10 s by default): never call it on a run's way. C: `getaddrinfo`.
    package static func resolve(_ name: String, port: UInt16) throws(LoadError) -> HostAddress {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0, let entry = list?.pointee, let address = entry.ai_addr else {
            let reason = gai_strerror(code).map { String(cString: $0) } ?? "error \(code)"
            throw LoadError(
                "load.unresolved",
                """
                The name \(name) cannot be resolved: \(reason).
                Is it a host of the lab, or in /etc/hosts or DNS of the host that sends?
                """,
                exitCode: .badInput
            )
        }
        let bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen)))
        return HostAddress(
            bytes: bytes,
            family: entry.ai_family,
            description: text(address, entry.ai_addrlen, port: port) ?? "\(name):\(port)"
        )
    }

    private static func text(_ address: UnsafePointer<sockaddr>, _ length: socklen_t, port: UInt16) -> String?
    {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(address, length, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        let name = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
    }
}
