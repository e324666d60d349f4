import LinuxSystem
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Somebody on the way between a coordinator and an agent, who writes down all that the coordinator sends.
final class RecordingRelay: Sendable {
    let port: UInt16
    private let listener: Int32
    private let state = Mutex<(heard: [UInt8], isOver: Bool)>(([], false))

    init(to agent: UInt16) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        self.listener = listener
        var address = Self.loopback(0)
        try SystemError.check("bind") { Self.with(&address) { bind(listener, $0, $1) } }
        try SystemError.check("listen") { listen(listener, 8) }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            _ = try SystemError.check("getsockname") {
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getsockname(listener, $0, &length)
                }
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        _ = try PinnedThread(name: "relay") { [self] in relay(to: agent) }
    }

    /// Of the first connection, so far.
    var heard: [UInt8] { state.withLock { $0.heard } }

    func stop() {
        state.withLock { $0.isOver = true }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func relay(to agent: UInt16) {
        defer { close(listener) }
        let near = accept(listener, nil, nil)
        guard near >= 0 else { return }
        defer { close(near) }
        let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        defer { close(far) }
        var address = Self.loopback(agent)
        guard Self.with(&address, { connect(far, $0, $1) }) == 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 65536)
        while !state.withLock({ $0.isOver }) {
            var polled = [
                pollfd(fd: near, events: Int16(POLLIN), revents: 0),
                pollfd(fd: far, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polled, 2, 100) >= 0 else { return }
            for (index, other) in [(0, far), (1, near)] where polled[index].revents != 0 {
                let count = recv(polled[index].fd, &bytes, bytes.count, 0)
                guard count > 0 else { return }
                if index == 0 { state.withLock { $0.heard += bytes[..<count] } }
                _ = send(other, bytes, count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func with(
        _ address: inout sockaddr_in,
        _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
