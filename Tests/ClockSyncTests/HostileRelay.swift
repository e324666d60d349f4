import Glibc
import LinuxSystem
import Measures
import Synchronization

/// Stands between a prober and a reflector on the loopback: hands every packet on, sends earlier probes once more, sends
/// each packet back to where it came from, and flips a bit in copies of each.
final class HostileRelay: Sendable {
    struct Bytes {
        var toReflector = 0
        var fromReflector = 0
        var repeated = 0
    }

    private let near: OwnedDescriptor
    private let far: OwnedDescriptor
    private let stopping = Atomic(false)
    private let counted = Mutex(Bytes())
    let port: UInt16

    var bytes: Bytes { counted.withLock { $0 } }

    init(to reflector: UInt16) throws {
        near = try Self.socket()
        far = try Self.socket()
        let (nearNumber, farNumber) = (near.number, far.number)
        var name = Self.loopback(port: 0)
        try Self.with(&name) { address, length in
            try SystemError.check("bind") { bind(nearNumber, address, length) }
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try Self.with(&name) { address, _ in
            try SystemError.check("getsockname") { getsockname(nearNumber, address, &length) }
        }
        port = UInt16(bigEndian: name.sin_port)
        var peer = Self.loopback(port: reflector)
        try Self.with(&peer) { address, length in
            try SystemError.check("connect") { connect(farNumber, address, length) }
        }
        _ = try PinnedThread(name: "relay") { self.run() }
    }

    func stop() { stopping.store(true, ordering: .releasing) }

    private func run() {
        var random = SeededGenerator(seed: 11)
        var buffer = [UInt8](repeating: 0, count: 512)
        var probes: [[UInt8]] = []
        var prober = sockaddr_in()
        while !stopping.load(ordering: .acquiring) {
            var polls = [
                pollfd(fd: near.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: far.number, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&polls, 2, 100)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let probe = Self.with(&prober) { address, _ in
                recvfrom(near.number, &buffer, buffer.count, 0, address, &length)
            }
            if probe > 0 {
                let packet = Array(buffer.prefix(probe))
                ask(packet)
                probes.append(packet)
                // Mostly a recent one, so that its exchange is still open.
                if let earlier = probes.suffix(3).randomElement(using: &random) {
                    ask(earlier)
                    counted.withLock { $0.repeated += 1 }
                }
                ask(Self.forged(packet, &random))
                tell(packet, prober)
            }
            let answer = recv(far.number, &buffer, buffer.count, 0)
            if answer > 0 {
                let packet = Array(buffer.prefix(answer))
                counted.withLock { $0.fromReflector += answer }
                ask(packet)
                for _ in 0..<2 { tell(packet, prober) }
                tell(Self.forged(packet, &random), prober)
            }
        }
    }

    private static func forged(_ packet: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var packet = packet
        packet[Int.random(in: 0..<packet.count, using: &random)] ^=
            1 << UInt8.random(in: 0...7, using: &random)
        return packet
    }

    private func ask(_ packet: [UInt8]) {
        if send(far.number, packet, packet.count, 0) > 0 {
            counted.withLock { $0.toReflector += packet.count }
        }
    }

    private func tell(_ packet: [UInt8], _ prober: sockaddr_in) {
        var prober = prober
        _ = Self.with(&prober) { sendto(near.number, packet, packet.count, 0, $0, $1) }
    }

    private static func socket() throws -> OwnedDescriptor {
        let descriptor = OwnedDescriptor(
            owning: try SystemError.check("socket") {
                Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            }
        )
        try descriptor.setNonBlocking()
        return descriptor
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &name.sin_addr)
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
