import Glibc
package import LinuxSystem
import Measures
import Synchronization

/// A user-space path between a client and a UDP server, on any addresses: each way with a delay of its own, with loss, or
/// cut. Packets keep their order. For tests and figures whose truth is known: one kernel, one clock.
package final class DelayingRelay: Sendable {
    /// What the path does, and may be told anew at any time.
    package struct Path: Sendable {
        /// Nanoseconds.
        package var out: Int64
        package var back: Int64
        /// Share of packets lost each way, 0 to 1.
        package var loss: Double
        package var isCut: Bool

        package init(out: Int64 = 0, back: Int64 = 0, loss: Double = 0, isCut: Bool = false) {
            self.out = out
            self.back = back
            self.loss = loss
            self.isCut = isCut
        }
    }

    private struct Held {
        var due: Int64
        var bytes: [UInt8]
        var isBack: Bool
    }

    private static let mostHeld = 100_000

    private let sockets: Sockets
    private let poller: Poller
    private let path: Mutex<Path>
    private let stopping = Atomic(false)
    package var port: UInt16 { sockets.port }

    /// Listens on a free port of `address` in `namespace`, and hands on to `server` from there. IPv4.
    package init(
        on address: String,
        to server: (address: String, port: UInt16),
        in namespace: NetworkNamespace,
        path: Path
    ) throws {
        sockets = try namespace.inside {
            let near = try Self.socket()
            let far = try Self.socket()
            var name = Self.name(address, port: 0)
            try Self.with(&name) { pointer, length in
                try SystemError.check("bind the relay") { bind(near.number, pointer, length) }
            }
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            try Self.with(&name) { pointer, _ in
                try SystemError.check("getsockname") { getsockname(near.number, pointer, &length) }
            }
            var peer = Self.name(server.address, port: server.port)
            try Self.with(&peer) { pointer, length in
                try SystemError.check("connect the relay") { connect(far.number, pointer, length) }
            }
            return Sockets(near: near, far: far, port: UInt16(bigEndian: name.sin_port))
        }
        self.path = Mutex(path)
        poller = try Poller(capacity: 4)
        try poller.add(sockets.near.number, token: 0, .readable)
        try poller.add(sockets.far.number, token: 1, .readable)
        _ = try PinnedThread(name: "relay") { self.run() }
    }

    package func set(_ path: Path) { self.path.withLock { $0 = path } }
    package func stop() { stopping.store(true, ordering: .releasing) }

    private struct Sockets: ~Copyable, Sendable {
        let near: OwnedDescriptor
        let far: OwnedDescriptor
        let port: UInt16
    }

    private func run() {
        try? CurrentThread.setTimerSlack(nanoseconds: 1)
        var random = SeededGenerator(seed: 1)
        var buffer = [UInt8](repeating: 0, count: 2048)
        var client = sockaddr_in()
        // Each way in the order of arrival.
        var held: [[Held]] = [[], []]
        while !stopping.load(ordering: .acquiring) {
            let due = held.compactMap(\.first?.due).min()
            let wait = due.map { max(0, $0 - Clocks.monotonic()) } ?? 100_000_000
            _ = try? poller.wait(timeoutNanoseconds: min(wait, 100_000_000)) { _ in }
            let path = path.withLock { $0 }
            for way in 0...1 {
                for _ in 0..<256 {
                    let count = receive(way, &buffer, &client)
                    guard count > 0 else { break }
                    let isLost = path.isCut || random.unit() < path.loss || held[way].count >= Self.mostHeld
                    if isLost { continue }
                    let delay = way == 0 ? path.out : path.back
                    held[way].append(
                        Held(
                            due: Clocks.monotonic() + delay,
                            bytes: Array(buffer.prefix(count)),
                            isBack: way == 1
                        )
                    )
                }
                let now = Clocks.monotonic()
                let ready = held[way].prefix { $0.due <= now }
                for packet in ready { pass(packet, client) }
                held[way].removeFirst(ready.count)
            }
        }
    }

    private func receive(_ way: Int, _ buffer: inout [UInt8], _ client: inout sockaddr_in) -> Int {
        guard way == 0 else { return recv(sockets.far.number, &buffer, buffer.count, 0) }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return Self.with(&client) { pointer, _ in
            recvfrom(sockets.near.number, &buffer, buffer.count, 0, pointer, &length)
        }
    }

    private func pass(_ packet: Held, _ client: sockaddr_in) {
        guard packet.isBack else {
            _ = send(sockets.far.number, packet.bytes, packet.bytes.count, Int32(MSG_NOSIGNAL))
            return
        }
        var client = client
        _ = Self.with(&client) { sendto(sockets.near.number, packet.bytes, packet.bytes.count, 0, $0, $1) }
    }

    private static func socket() throws -> OwnedDescriptor {
        let descriptor = OwnedDescriptor(
            owning: try SystemError.check("open a relay's socket") {
                Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            }
        )
        try descriptor.setNonBlocking()
        return descriptor
    }

    private static func name(_ address: String, port: UInt16) -> sockaddr_in {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        return name
    }

    @discardableResult
    private static func with<Result>(
        _ name: inout sockaddr_in,
        _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) throws -> Result
    ) rethrows -> Result {
        try withUnsafeMutablePointer(to: &name) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
