import Glibc

/// This host's own addresses.
package enum LocalAddress {
    /// The one that packets to a far end would leave from, by the routes of now; nothing is sent. A name is not looked up.
    /// C: `connect` of a UDP socket, `getsockname`. Errors: no address, no route.
    package static func towards(_ far: String) throws(SystemError) -> String {
        let operation = "find the way to \(far)"
        var storage = sockaddr_storage()
        let isIPv6 = far.contains(":")
        let length = withUnsafeMutablePointer(to: &storage) { pointer -> socklen_t in
            if isIPv6 {
                return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    address.pointee.sin6_family = sa_family_t(AF_INET6)
                    // Any port will do; nothing is sent.
                    address.pointee.sin6_port = UInt16(9).bigEndian
                    let isAddress = inet_pton(AF_INET6, far, &address.pointee.sin6_addr) == 1
                    return isAddress ? socklen_t(MemoryLayout<sockaddr_in6>.size) : 0
                }
            }
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                address.pointee.sin_family = sa_family_t(AF_INET)
                address.pointee.sin_port = UInt16(9).bigEndian
                let isAddress = inet_pton(AF_INET, far, &address.pointee.sin_addr) == 1
                return isAddress ? socklen_t(MemoryLayout<sockaddr_in>.size) : 0
            }
        }
        guard length > 0 else {
            throw SystemError(operation, refused: "\"\(far)\" is no IPv4 or IPv6 address")
        }
        let number = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard number >= 0 else { throw SystemError(operation, errno: errno) }
        defer { close(number) }
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let failed = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(number, address, length) != 0 || getsockname(number, address, &size) != 0
            }
        }
        guard !failed else { throw SystemError(operation, errno: errno) }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                getnameinfo(address, size, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
            }
        }
        guard code == 0 else { throw SystemError(operation, refused: "its own address is not readable") }
        return String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
