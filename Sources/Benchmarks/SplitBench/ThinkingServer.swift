import Glibc
import LinuxSystem
import Synchronization

/// Answers each HTTP request after the same time, to the microsecond, and keeps what it took: from `recv` to `send`.
final class ThinkingServer: Sendable {
    static let port: UInt16 = 8080
    private static let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)
    /// Before its instant a thread stops sleeping and looks at the clock.
    private static let watched: Int64 = 120_000

    private let listener: OwnedDescriptor
    private let think: Int64
    private let times = Mutex<[Int64]>([])

    /// In the namespace. Threads end with their connections, the first one with `stop`.
    init(in namespace: NetworkNamespace, think: Int64) throws {
        self.think = think
        let listener = try namespace.inside {
            let number = try SystemError.check("socket") {
                socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            }
            let owned = OwnedDescriptor(owning: number)
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = Self.port.bigEndian
            try SystemError.check("bind") {
                withUnsafePointer(to: &name) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
            try SystemError.check("listen") { listen(number, 64) }
            return owned
        }
        self.listener = listener
        _ = try PinnedThread(name: "server") { [self] in acceptAll() }
    }

    func stop() { shutdown(listener.number, Int32(SHUT_RDWR)) }

    /// Nanoseconds, each request's.
    var thought: [Int64] { times.withLock { $0 } }

    private func acceptAll() {
        while true {
            let number = accept(listener.number, nil, nil)
            guard number >= 0 else { return }
            var on: Int32 = 1
            setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
            let started = try? PinnedThread(name: "answers", realtimePriority: 1) { [self] in serve(number) }
            if started == nil { close(number) }
        }
    }

    /// A request of this load is one segment, and so one `recv`.
    private func serve(_ number: Int32) {
        try? CurrentThread.setTimerSlack(nanoseconds: 1)
        defer { close(number) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while recv(number, &buffer, buffer.count, 0) > 0 {
            let arrived = Clocks.monotonic()
            Clocks.sleepUntil(monotonic: arrived + think - Self.watched)
            while Clocks.monotonic() < arrived + think {}
            let answered = Clocks.monotonic()
            guard send(number, Self.answer, Self.answer.count, Int32(MSG_NOSIGNAL)) > 0 else { return }
            times.withLock { $0.append(answered - arrived) }
        }
    }
}
