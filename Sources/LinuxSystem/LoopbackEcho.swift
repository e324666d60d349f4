import CLinux
import Glibc
import Synchronization

/// Sends back what it hears on a TCP port of this host's loopback, until it is stopped. One thread; what it holds is
/// little, since it is asked only by its own maker, for a second.
package final class LoopbackEcho: Sendable {
    package let port: UInt16
    private let listener: OwnedDescriptor
    private let wakeup: Wakeup
    private let isStopped = Atomic(false)

    package init() throws(SystemError) {
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let listener = OwnedDescriptor(
            owning: try SystemError.check("socket") { socket(AF_INET, flags, 0) }
        )
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener.number, $0, size) }
        }
        guard bound == 0, listen(listener.number, 128) == 0 else {
            throw SystemError("listen on the loopback", errno: errno)
        }
        var length = size
        let named = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(listener.number, $0, &length)
            }
        }
        guard named == 0 else { throw SystemError("getsockname", errno: errno) }
        port = UInt16(bigEndian: address.sin_port)
        self.listener = listener
        wakeup = try Wakeup()
    }

    /// The thread holds this object until it ends.
    package func start() throws(SystemError) {
        let poller = try Poller()
        try poller.add(listener.number, token: Self.listening, .readable)
        try poller.add(wakeup.number, token: Self.woken, .readable)
        // Handed to the thread; nobody else keeps it.
        let loop = EchoLoop(poller: poller)
        _ = try PinnedThread(name: "loopback echo") { [self] in
            while !isStopped.load(ordering: .acquiring) {
                guard loop.turn(listener: listener.number) else { break }
            }
            loop.close()
        }
    }

    package func stop() {
        isStopped.store(true, ordering: .releasing)
        // From here on a connect is refused, however long somebody holds this object.
        _ = shutdown(listener.number, Int32(SHUT_RDWR))
        wakeup.signal()
    }

    fileprivate static let listening = UInt64.max
    fileprivate static let woken = UInt64.max - 1
}

/// The state of the echo's thread, and of nobody else.
private final class EchoLoop: @unchecked Sendable {
    private let poller: Poller
    private var connections: Set<Int32> = []
    private var buffer = [UInt8](repeating: 0, count: 4_096)

    init(poller: consuming Poller) {
        self.poller = poller
    }

    /// False: the poller is broken.
    func turn(listener: Int32) -> Bool {
        let waited = try? poller.wait(timeoutNanoseconds: 1_000_000_000) { event in
            switch event.token {
            case LoopbackEcho.listening: accept(from: listener)
            case LoopbackEcho.woken: break
            default: echo(Int32(truncatingIfNeeded: event.token))
            }
        }
        return waited != nil
    }

    private func accept(from listener: Int32) {
        while true {
            let fd = clinux_accept(listener)
            guard fd >= 0 else { return }
            var on: Int32 = 1
            _ = setsockopt(fd, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            do {
                try poller.add(fd, token: UInt64(fd), .readable)
                connections.insert(fd)
            } catch {
                _ = Glibc.close(fd)
            }
        }
    }

    /// A few bytes at a time, which a socket's buffer always takes.
    private func echo(_ fd: Int32) {
        let count = recv(fd, &buffer, buffer.count, 0)
        if count > 0 {
            _ = send(fd, buffer, count, Int32(MSG_NOSIGNAL))
        } else if count == 0 || errno != EAGAIN && errno != EINTR {
            connections.remove(fd)
            _ = Glibc.close(fd)
        }
    }

    func close() {
        for fd in connections { _ = Glibc.close(fd) }
        connections = []
    }
}
