import Foundation
import Glibc
import LinuxSystem
import Synchronization

/// A server that does on each request what a test wants, right or wrong, on 127.0.0.1. A thread a connection, all ended
/// with it; nothing waits longer than 10 s.
final class RawServer: Sendable {
    struct Reply: Sendable {
        /// Written one after the other, with a pause in between.
        var pieces: [String] = []
        var pauseMicroseconds: UInt32 = 0
        var waitMicroseconds: UInt32 = 0
        var thenClose = false
        /// Before it closes.
        var stopsListening = false

        static func ok(_ text: String = "ok") -> Reply {
            Reply(pieces: ["HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"])
        }
        static let close = Reply(thenClose: true)
    }

    let port: UInt16
    private let listener: Int32
    private let reply: @Sendable (_ connection: Int, _ request: Int) -> Reply?
    private let state = Mutex(State())

    private struct State {
        var open: Set<Int32> = []
        var accepted = 0
        var requests: [String] = []
        var peers: Set<UInt16> = []
        var ended = false
    }

    /// - Parameters:
    ///   - accepts: false leaves connections in the kernel's queue.
    ///   - reply: for the request (from 1) on the connection (from 1); nil never answers.
    init(
        backlog: Int32 = 128,
        accepts: Bool = true,
        reply: @escaping @Sendable (_ connection: Int, _ request: Int) -> Reply?
    ) throws {
        port = try LoadNginx.freePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.reply = reply
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        let fd = listener
        guard LoadNginx.withLoopback(port, { bind(fd, $0, $1) }) == 0, listen(fd, backlog) == 0 else {
            throw LoadTestFailure(reason: "cannot listen on port \(port): \(SystemError.text(of: errno))")
        }
        if accepts { _ = try PinnedThread(name: "raw accept") { [self] in acceptAll() } }
    }

    var accepted: Int { state.withLock { $0.accepted } }
    /// Whole requests, in order of arrival.
    var requests: [String] { state.withLock { $0.requests } }

    /// The other ends' ports of all connections so far.
    var peerPorts: Set<UInt16> { state.withLock { $0.peers } }

    /// Call at the end of the test: the threads hold the server.
    func end() {
        state.withLock {
            $0.ended = true
            for fd in $0.open { shutdown(fd, Int32(SHUT_RDWR)) }
        }
        stopListening()
    }

    /// On Linux a listener that is shut down refuses at once, also while `accept` holds it.
    private func stopListening() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    deinit { close(listener) }

    private func acceptAll() {
        while true {
            var peer = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let fd = withUnsafeMutablePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { accept(listener, $0, &size) }
            }
            let port = UInt16(bigEndian: peer.sin_port)
            guard fd >= 0 else { return }
            var limit: [Int] = [10, 0]  // a timeval, whose initializer is not always found
            setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            let number: Int? = state.withLock {
                guard !$0.ended else { return nil }
                $0.accepted += 1
                $0.peers.insert(port)
                $0.open.insert(fd)
                return $0.accepted
            }
            guard let number, (try? PinnedThread(name: "raw serve") { [self] in serve(fd, number) }) != nil
            else {
                close(fd)
                continue
            }
        }
    }

    private func serve(_ fd: Int32, _ connection: Int) {
        defer {
            state.withLock { _ = $0.open.remove(fd) }
            close(fd)
        }
        var buffered: [UInt8] = []
        var number = 0
        while let request = readRequest(fd, &buffered) {
            number += 1
            state.withLock { $0.requests.append(request) }
            guard let reply = reply(connection, number) else { continue }
            usleep(reply.waitMicroseconds)
            for piece in reply.pieces {
                let bytes = Array(piece.utf8)
                guard send(fd, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return }
                usleep(reply.pauseMicroseconds)
            }
            if reply.stopsListening { stopListening() }
            if reply.thenClose { return }
        }
    }

    private func readRequest(_ fd: Int32, _ buffered: inout [UInt8]) -> String? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: buffered.prefix(4_096), as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = text[..<end.upperBound]
                let field = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
                let size = head.utf8.count + (field.flatMap { Int($0.dropFirst(16)) } ?? 0)
                if buffered.count >= size {
                    defer { buffered.removeFirst(size) }
                    return String(decoding: buffered.prefix(size), as: UTF8.self)
                }
            }
            let count = recv(fd, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffered += chunk[..<count]
        }
    }
}
