import Glibc
import LinuxSystem
import Synchronization

/// A datagram every 100 µs, each with the instant of its sending: rarely enough that the queue's engine and this sender, both of
/// real-time priority, do not take the processors from the threads that die.
final class DeathTraffic {
    private let inbox: OwnedDescriptor
    private let outbox: OwnedDescriptor

    init(from: NetworkNamespace, to: NetworkNamespace, address: String) throws {
        inbox = try Self.open(in: to, address, bind)
        outbox = try Self.open(in: from, address, connect)
    }

    private final class Over: Sendable {
        let flag = Atomic(false)
    }

    /// `kill` tells when it killed, and when the process was gone. Errors: packets passed before, or pass never.
    func measure(after start: Int64, _ kill: () throws -> (killed: Int64, gone: Int64)) throws -> (
        flow: Int64, end: Int64
    ) {
        Clocks.sleepUntil(monotonic: start)
        let over = Over()
        let writing = outbox.number
        let thread = try PinnedThread(name: "stream", realtimePriority: 10) {
            try? CurrentThread.setTimerSlack(nanoseconds: 1)
            // Two seconds at most.
            for _ in 0..<20_000 where !over.flag.load(ordering: .relaxed) {
                var instant = Clocks.monotonic()
                _ = send(writing, &instant, 8, Int32(MSG_DONTWAIT))
                Clocks.sleepUntil(monotonic: instant + 100_000)
            }
        }
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + 20_000_000)
        let times = try kill()
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + 100_000_000)
        over.flag.store(true, ordering: .relaxed)
        thread.join()
        var first = Int64.max
        var instant: Int64 = 0
        while recv(inbox.number, &instant, 8, Int32(MSG_DONTWAIT)) == 8 { first = min(first, instant) }
        guard first != .max else {
            throw SystemError("measure a death", refused: "no packet passes after it")
        }
        guard first >= times.killed else {
            throw SystemError("measure a death", refused: "packets passed before it: the fault did not act")
        }
        return (first - times.killed, times.gone - times.killed)
    }

    private static func open(
        in namespace: NetworkNamespace,
        _ address: String,
        _ call: @escaping @Sendable (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32
    ) throws -> OwnedDescriptor {
        try namespace.inside {
            let descriptor = OwnedDescriptor(
                owning: try SystemError.check("socket") {
                    socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
                }
            )
            let number = descriptor.number
            var large: Int32 = 32 << 20
            setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &large, 4)
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = UInt16(7001).bigEndian
            inet_pton(AF_INET, address, &name.sin_addr)
            try SystemError.check("name a socket") {
                withUnsafePointer(to: &name) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        call(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
            return descriptor
        }
    }
}
