import Glibc

/// Unix sockets by their path.
package enum UnixSocket {
    /// A stream to whoever takes connections there. Errors: nobody does, or the path is longer than a name may be.
    package static func connect(_ path: String) throws(SystemError) -> OwnedDescriptor {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else {
            throw SystemError("connect \(path)", errno: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard number >= 0 else { throw SystemError("socket", errno: errno) }
        let descriptor = OwnedDescriptor(owning: number)
        try SystemError.check("connect \(path)") {
            withUnsafePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        return descriptor
    }

    /// Whether somebody takes connections there. A socket's file is there a moment before that, from bind to listen, and
    /// for ever after its owner was killed.
    package static func isListening(_ path: String) -> Bool {
        do {
            _ = try connect(path)
            return true
        } catch {
            return false
        }
    }
}
