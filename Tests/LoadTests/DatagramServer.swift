import Glibc
import LinuxSystem
import Synchronization

/// A UDP server on 127.0.0.1 that answers each datagram as a test wants; ends with `end`.
final class DatagramServer: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let ended = Atomic(false)
    private let seen = Mutex<[[UInt8]]>([])
    private let peers = Mutex<Set<UInt16>>([])

    /// - Parameter answer: the datagrams for the request (from 0), sent in this order.
    init(_ answer: @escaping @Sendable (_ number: Int, _ request: [UInt8]) -> [[UInt8]]) throws {
        let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        descriptor = number
        guard LoadNginx.withLoopback(0, { bind(number, $0, $1) }) == 0 else {
            throw LoadTestFailure(reason: "no UDP port")
        }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &size) }
        }
        port = UInt16(bigEndian: address.sin_port)
        // So that `end` is noticed.
        var limit: [Int] = [0, 20_000]  // a timeval, whose initializer is not always found
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        // So that nothing is lost while others have the processor: the usual buffer holds two of the largest.
        var large: Int32 = 8 << 20
        setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &large, 4)
        _ = try PinnedThread(name: "datagrams") { [self] in serve(answer) }
    }

    var requests: [[UInt8]] { seen.withLock { $0 } }
    var peerPorts: Int { peers.withLock { $0.count } }

    func end() { ended.store(true, ordering: .relaxed) }

    deinit { close(descriptor) }

    private func serve(_ answer: (Int, [UInt8]) -> [[UInt8]]) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var number = 0
        while !ended.load(ordering: .relaxed) {
            var peer = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, 0, $0, &size)
                }
            }
            guard count >= 0 else { continue }
            let request = Array(buffer[..<count])
            seen.withLock { $0.append(request) }
            peers.withLock { _ = $0.insert(peer.sin_port) }
            for reply in answer(number, request) {
                _ = withUnsafePointer(to: &peer) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(descriptor, reply, reply.count, 0, $0, size)
                    }
                }
            }
            number += 1
        }
    }
}
