import Glibc

/// Sole ownership of a file descriptor: closed once, when the owner ends.
package struct OwnedDescriptor: ~Copyable, Sendable {
    /// Borrowed: valid while this owner lives.
    package let number: Int32

    /// Takes over a descriptor that nothing else will close.
    package init(owning number: Int32) {
        self.number = number
    }

    /// C: `open`, always with O_CLOEXEC.
    package init(opening path: String, flags: Int32, mode: UInt32 = 0o644) throws(SystemError) {
        let number = try SystemError.check("open \(path)") { open(path, flags | O_CLOEXEC, mode_t(mode)) }
        self.init(owning: number)
    }

    /// A second descriptor for the same open file. C: `fcntl(F_DUPFD_CLOEXEC)`.
    package func duplicate() throws(SystemError) -> OwnedDescriptor {
        let original = number
        return OwnedDescriptor(owning: try SystemError.check("dup") { fcntl(original, F_DUPFD_CLOEXEC, 0) })
    }

    /// Gives the number away; whoever takes it closes it.
    package consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    package func setNonBlocking() throws(SystemError) {
        let fd = number
        let flags = try SystemError.check("fcntl F_GETFL") { fcntl(fd, F_GETFL) }
        try SystemError.check("fcntl F_SETFL") { fcntl(fd, F_SETFL, flags | O_NONBLOCK) }
    }

    /// The result of `close` is not looked at: on Linux the number is free even after an error, and a second call could
    /// close somebody else's file.
    deinit { _ = close(number) }
}
