import Glibc
import LinuxSystem

/// Numbered datagrams of any size over IPv4 or IPv6 from `near` to `far`, each with the instant of its arrival.
struct QueueTraffic: Sendable {
    struct Arrival: Sendable {
        let number: Int
        /// CLOCK_MONOTONIC, nanoseconds, as the receiver saw it.
        let at: Int64
        /// Bits of the payload behind the number that are not as they were sent.
        let wrongBits: Int
    }

    var count: Int
    var spacing: Int64
    /// Bytes of payload, 8 or more.
    var size = 8
    var isSix = false
    /// Without, a receiver takes what was damaged under way.
    var checksums = true

    /// errno of each send that failed, and what came within 300 ms of the last news.
    func run(_ bed: borrowing QueueTestBed) throws -> (errors: [Int32], arrivals: [Arrival], start: Int64) {
        let (near, far, traffic) = (bed.near, bed.far, self)
        let inbox = try far.inside { try traffic.open(bound: true) }
        let outbox = try near.inside { try traffic.open(bound: false) }
        let (receiver, sender) = (inbox.number, outbox.number)
        let collector = Collector()
        let thread = try PinnedThread(name: "receiver", realtimePriority: 10) {
            collector.arrivals = traffic.receive(receiver)
        }
        let start = Clocks.monotonic() + 2_000_000
        let errors = try PinnedThread.run(name: "sender") {
            try CurrentThread.setTimerSlack(nanoseconds: 1)
            return traffic.send(sender, from: start)
        }
        thread.join()
        return (errors, collector.arrivals, start)
    }

    /// Written by the thread, read after it was joined.
    private final class Collector: @unchecked Sendable {
        var arrivals: [Arrival] = []
    }

    private static let pattern: UInt8 = 0x5a
    private static let port: UInt16 = 7017

    private func send(_ socket: Int32, from start: Int64) -> [Int32] {
        var packet = [UInt8](repeating: Self.pattern, count: size)
        var errors: [Int32] = []
        for index in 0..<count {
            Clocks.sleepUntil(monotonic: start + Int64(index) * spacing)
            withUnsafeBytes(of: UInt64(index)) { packet.replaceSubrange(0..<8, with: $0) }
            if Glibc.send(socket, packet, size, 0) != size { errors.append(errno) }
        }
        return errors
    }

    /// Until nothing has come for 300 ms after the last that was sent, or 20 s.
    private func receive(_ socket: Int32) -> [Arrival] {
        var buffer = [UInt8](repeating: 0, count: size + 1)
        var arrivals: [Arrival] = []
        let start = Clocks.monotonic()
        var lastNews = start + Int64(count) * spacing
        while Clocks.monotonic() < min(lastNews + 300_000_000, start + 20_000_000_000) {
            let length = recv(socket, &buffer, buffer.count, 0)
            guard length >= 8 else { continue }
            let now = Clocks.monotonic()
            lastNews = max(lastNews, now)
            let number = buffer.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
            let wrong = buffer[8..<length].reduce(0) { $0 + ($1 ^ Self.pattern).nonzeroBitCount }
            arrivals.append(Arrival(number: Int(truncatingIfNeeded: number), at: now, wrongBits: wrong))
        }
        return arrivals
    }

    private func open(bound: Bool) throws -> OwnedDescriptor {
        let family = isSix ? AF_INET6 : AF_INET
        let number = try SystemError.check("socket") {
            socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        }
        let owned = OwnedDescriptor(owning: number)
        var large: Int32 = 64 << 20
        setsockopt(number, SOL_SOCKET, bound ? SO_RCVBUFFORCE : SO_SNDBUFFORCE, &large, 4)
        var timeout: [Int] = [0, 20_000]  // a timeval, whose initializer is not always found
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        if !checksums {
            var one: Int32 = 1
            setsockopt(number, SOL_SOCKET, SO_NO_CHECK, &one, 4)
        }
        let call = bound ? bind : connect
        let code: Int32
        if isSix {
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = Self.port.bigEndian
            inet_pton(AF_INET6, QueueTestBed.farAddress6, &name.sin6_addr)
            code = Self.with(&name) { call(number, $0, $1) }
        } else {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = Self.port.bigEndian
            inet_pton(AF_INET, QueueTestBed.farAddress, &name.sin_addr)
            code = Self.with(&name) { call(number, $0, $1) }
        }
        try SystemError.check("name a socket") { code }
        return owned
    }

    private static func with<Name>(
        _ name: inout Name,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Name>.size))
            }
        }
    }
}
