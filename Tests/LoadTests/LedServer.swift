import Glibc
import LinuxSystem
import Synchronization

/// A server each of whose connections a test leads by itself, on 127.0.0.1. A thread a connection; nothing waits longer than
/// 10 s.
final class LedServer: Sendable {
    /// One connection, as its thread sees it.
    struct Peer {
        let descriptor: Int32
        /// From 1.
        let number: Int

        /// What comes next; empty at the end.
        func read() -> [UInt8] {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            return count > 0 ? Array(chunk[..<count]) : []
        }

        /// So many bytes, or fewer at the end.
        func read(_ count: Int) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            var got = 0
            while got < count {
                let part = bytes.withUnsafeMutableBytes { buffer in
                    recv(descriptor, buffer.baseAddress?.advanced(by: got), count - got, 0)
                }
                guard part > 0 else { break }
                got += part
            }
            return Array(bytes[..<got])
        }

        /// Whether more comes within this time.
        func isReadable(withinMilliseconds time: Int32) -> Bool {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&entry, 1, time) > 0
        }

        /// Segments with data that have come: `tcpi_data_segs_in` of linux/tcp.h, which glibc's own struct does not have.
        var dataSegments: UInt32 {
            var info = [UInt32](repeating: 0, count: 64)
            var size = socklen_t(256)
            getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size)
            return size >= 156 ? info[38] : 0
        }

        func write(_ bytes: [UInt8]) {
            _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }

        func write(_ text: String) { write(Array(text.utf8)) }
    }

    let port: UInt16
    private let listener: Int32
    private let lead: @Sendable (Peer) -> Void
    private let state = Mutex(State())

    private struct State {
        var open: Set<Int32> = []
        var accepted = 0
        var ended = false
    }

    /// - Parameter lead: when it returns, the connection is closed.
    init(lead: @escaping @Sendable (Peer) -> Void) throws {
        port = try LoadNginx.freePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.lead = lead
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        let fd = listener
        guard LoadNginx.withLoopback(port, { bind(fd, $0, $1) }) == 0, listen(fd, 1_024) == 0 else {
            throw LoadTestFailure(reason: "cannot listen on port \(port): \(SystemError.text(of: errno))")
        }
        _ = try PinnedThread(name: "led accept") { [self] in acceptAll() }
    }

    var accepted: Int { state.withLock { $0.accepted } }

    /// Call at the end of the test: the threads hold the server.
    func end() {
        state.withLock {
            $0.ended = true
            for fd in $0.open { shutdown(fd, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    deinit { close(listener) }

    private func acceptAll() {
        while true {
            let fd = accept(listener, nil, nil)
            guard fd >= 0 else { return }
            var limit: [Int] = [10, 0]  // a timeval, whose initializer is not always found
            setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            var on: Int32 = 1
            setsockopt(fd, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
            let number: Int? = state.withLock {
                guard !$0.ended else { return nil }
                $0.accepted += 1
                $0.open.insert(fd)
                return $0.accepted
            }
            let peer = number.map { Peer(descriptor: fd, number: $0) }
            guard let peer, (try? PinnedThread(name: "led serve") { [self] in serve(peer) }) != nil else {
                close(fd)
                continue
            }
        }
    }

    private func serve(_ peer: Peer) {
        lead(peer)
        // What comes meanwhile and is not read would make a reset of the close.
        shutdown(peer.descriptor, Int32(SHUT_WR))
        while !peer.read().isEmpty {}
        state.withLock { _ = $0.open.remove(peer.descriptor) }
        close(peer.descriptor)
    }
}
