import Glibc
import LinuxSystem

/// An established TCP connection with the peer, whose kernel answers for nobody.
struct Connection: Sendable {
    static let port: UInt16 = 7

    /// Errors: the peer does not answer.
    init(to address: String) throws {
        let number = try SystemError.check("socket") {
            socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = Self.port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        try SystemError.check("connect to \(address)") {
            withUnsafePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }
}
