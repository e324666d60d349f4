import Glibc

/// The line to the service manager that started this process: datagrams to the Unix socket that NOTIFY_SOCKET names
/// (sd_notify(3)). What nobody listens to is lost, and that is no error.
package struct ServiceNotifier: Sendable {
    /// A path, or, beginning with a NUL, a name of Linux's own that has no file.
    private let name: [UInt8]
    /// The manager ends a process of which it has not heard WATCHDOG=1 for so long; nil: it does not.
    package let watchdog: Duration?

    /// nil: nobody asked to be told. `environment`: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    package init?(environment: [String: String], pid: Int32) {
        guard let socket = environment["NOTIFY_SOCKET"], let first = socket.utf8.first else { return nil }
        var name = Array(socket.utf8)
        switch first {
        case UInt8(ascii: "/"): break
        case UInt8(ascii: "@"): name[0] = 0
        default: return nil
        }
        guard name.count > 1, name.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
            return nil
        }
        self.name = name
        let isOurs = environment["WATCHDOG_PID"].map { $0 == "\(pid)" } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init) ?? 0
        let isAsked = isOurs && (1...86_400_000_000).contains(microseconds)
        watchdog = isAsked ? .microseconds(microseconds) : nil
    }

    /// "READY=1", "STATUS=…": one a line. Whether somebody's socket took it; never waits.
    @discardableResult
    package func say(_ lines: String...) -> Bool {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
        guard number >= 0 else { return false }
        let descriptor = OwnedDescriptor(owning: number)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        // A name without a file is as long as it is said to be; a path ends with a NUL.
        let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + name.count } ?? 0
        let text = Array(lines.map { $0.replacing("\n", with: " ") }.joined(separator: "\n").utf8)
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(
                    descriptor.number,
                    text,
                    text.count,
                    Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL),
                    $0,
                    socklen_t(name[0] == 0 ? length : length + 1)
                )
            }
        }
        return sent == text.count
    }
}
