import CBench
import Glibc
import LinuxSystem

/// Datagrams of 64 bytes from one namespace to the other, each with the instant of its sending.
struct BenchTraffic {
    let near: NetworkNamespace
    let far: NetworkNamespace

    private static let port: UInt16 = 7019

    /// Written by a thread, read after it was joined.
    private final class Collector: @unchecked Sendable {
        var times: [Int64] = []
        var count = 0
        var last: Int64 = 0
    }

    func flood(nanoseconds: Int64) throws -> (sent: Int, arrived: Int, nanoseconds: Int64) {
        let inbox = try open(in: far, bound: true)
        let outbox = try open(in: near, bound: false)
        let (receiver, sender) = (inbox.number, outbox.number)
        let collector = Collector()
        let start = Clocks.monotonic()
        let thread = try PinnedThread(name: "receiver") {
            while true {
                let count = cbench_receive(receiver, nil)
                // A time-out of 200 ms.
                if count <= 0 { return }
                collector.count += Int(count)
                collector.last = Clocks.monotonic()
            }
        }
        var sent = 0
        while Clocks.monotonic() < start + nanoseconds { sent += max(0, Int(cbench_send(sender))) }
        thread.join()
        return (sent, collector.count, max(nanoseconds, collector.last - start))
    }

    /// Nanoseconds from sending to arrival of those that came.
    func paced(count: Int, spacing: Int64) throws -> [Int64] {
        let inbox = try open(in: far, bound: true)
        let outbox = try open(in: near, bound: false)
        let (receiver, sender) = (inbox.number, outbox.number)
        let collector = Collector()
        collector.times.reserveCapacity(count)
        let thread = try PinnedThread(name: "receiver", realtimePriority: 20) {
            var sentAt = [Int64](repeating: 0, count: Int(cbench_batch))
            while true {
                let count = cbench_receive(receiver, &sentAt)
                if count <= 0 { return }
                let now = Clocks.monotonic()
                for index in 0..<Int(count) { collector.times.append(now - sentAt[index]) }
            }
        }
        let sending = try PinnedThread(name: "sender", realtimePriority: 10) {
            try? CurrentThread.setTimerSlack(nanoseconds: 1)
            let start = Clocks.monotonic() + 1_000_000
            for index in 0..<count {
                Clocks.sleepUntil(monotonic: start + Int64(index) * spacing)
                cbench_send_one(sender, Clocks.monotonic())
            }
        }
        sending.join()
        thread.join()
        return collector.times
    }

    private func open(in namespace: NetworkNamespace, bound: Bool) throws -> OwnedDescriptor {
        try namespace.inside {
            let number = try SystemError.check("socket") {
                socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            }
            let owned = OwnedDescriptor(owning: number)
            var large: Int32 = 64 << 20
            setsockopt(number, SOL_SOCKET, bound ? SO_RCVBUFFORCE : SO_SNDBUFFORCE, &large, 4)
            var timeout: [Int] = [0, 200_000]  // a timeval, whose initializer is not always found
            setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = Self.port.bigEndian
            inet_pton(AF_INET, BenchNetwork.far, &name.sin_addr)
            let call = bound ? bind : connect
            try SystemError.check("name a socket") {
                withUnsafePointer(to: &name) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        call(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
            return owned
        }
    }
}
