import Glibc
import LinuxSystem
import TestSupport

/// Numbered datagrams from one host to another, and when each came. CLOCK_MONOTONIC, nanoseconds.
struct TimedStream: Sendable {
    struct Arrival: Sendable {
        let number: Int
        let sent: Int64
        let at: Int64
    }

    /// errno of each send that failed.
    let errors: [Int32]
    /// In the order of arrival; a number comes twice when a packet was duplicated.
    let arrivals: [Arrival]

    /// Receives until `quiet` nanoseconds after the last was sent have brought nothing new. `size`: of a datagram, at least 16.
    static func run(
        from sender: TestHost,
        to receiver: TestHost,
        count: Int,
        spacing: Int64,
        size: Int = 16,
        quiet: Int64 = Pace.milliseconds(300),
        port: UInt16 = 7019
    ) throws -> TimedStream {
        let inbox = try receiver.namespace.inside { try open(boundTo: port) }
        let outbox = try sender.namespace.inside { try open(boundTo: 0) }
        try connect(outbox, to: receiver.address, port)
        let descriptor = outbox.number
        let sending = try Aside(in: sender.namespace) {
            try CurrentThread.setTimerSlack(nanoseconds: 1)
            var errors: [Int32] = []
            var words = [Int64](repeating: 0, count: max(2, size / 8))
            let start = Clocks.monotonic()
            for index in 0..<count {
                if spacing > 0 { Clocks.sleepUntil(monotonic: start + Int64(index) * spacing) }
                words[0] = Int64(index)
                words[1] = Clocks.monotonic()
                if send(descriptor, words, words.count * 8, 0) < 0 { errors.append(errno) }
            }
            return errors
        }
        let length = Int64(count) * spacing
        let begin = Clocks.monotonic()
        var arrivals: [Arrival] = []
        var last = begin
        var words = [Int64](repeating: 0, count: 256)
        let poller = try Poller(capacity: 1)
        try poller.add(inbox.number, token: 0, .readable)
        // Bounded: ten seconds more than it takes to send.
        while Clocks.monotonic() < begin + length + 10_000_000_000 {
            _ = try poller.wait(timeoutNanoseconds: 20_000_000) { _ in }
            while recv(inbox.number, &words, 2048, Int32(MSG_DONTWAIT)) >= 16 {
                last = Clocks.monotonic()
                arrivals.append(Arrival(number: Int(words[0]), sent: words[1], at: last))
            }
            if Clocks.monotonic() > max(last, begin + length) + quiet { break }
        }
        return TimedStream(errors: try sending.value(), arrivals: arrivals)
    }

    private static func open(boundTo port: UInt16) throws -> OwnedDescriptor {
        let number = try SystemError.check("socket") {
            socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
        }
        let descriptor = OwnedDescriptor(owning: number)
        var large: Int32 = 64 << 20
        setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &large, 4)
        setsockopt(number, SOL_SOCKET, SO_SNDBUFFORCE, &large, 4)
        try call(bind, number, "0.0.0.0", port, "bind")
        return descriptor
    }

    private static func connect(_ socket: borrowing OwnedDescriptor, to address: String, _ port: UInt16)
        throws
    {
        try call(Glibc.connect, socket.number, address, port, "connect")
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32,
        _ number: Int32,
        _ address: String,
        _ port: UInt16,
        _ operation: String
    ) throws {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        try withUnsafePointer(to: &name) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = try SystemError.check("\(operation) \(address):\(port)") {
                    function(number, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }
}
