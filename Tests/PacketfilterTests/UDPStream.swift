import Glibc
import LinuxSystem

/// A numbered datagram each `spacing`, and which of them arrived.
struct UDPStream: Sendable {
    /// CLOCK_REALTIME just before each send, and just after it.
    let sent: [Int64]
    let done: [Int64]
    /// errno of each send that failed.
    let errors: [Int32]
    /// Numbers of those that arrived.
    let arrived: Set<Int>

    var lost: [Int] { sent.indices.filter { !arrived.contains($0) } }

    /// Blocks for count × spacing and a little; `linger`: how long after the last one arrivals are awaited.
    static func run(
        from: NetworkNamespace,
        _ source: String,
        to: NetworkNamespace,
        _ destination: String,
        port: UInt16 = 7001,
        count: Int,
        spacing: Int64,
        linger: Int64 = 50_000_000
    ) throws -> UDPStream {
        let receiver = try TestSocket.open(SOCK_DGRAM, in: to, at: destination, port: port)
        let sender = try TestSocket.open(SOCK_DGRAM, in: from, at: source, port: port)
        try sender.connect(to: destination, port: port)
        let fd = sender.descriptor.number
        let (sent, done, errors) = try PinnedThread.run(name: "udp-stream") {
            var sent: [Int64] = []
            var done: [Int64] = []
            var errors: [Int32] = []
            sent.reserveCapacity(count)
            try CurrentThread.setTimerSlack(nanoseconds: 1)
            let start = Clocks.monotonic()
            for index in 0..<count {
                Clocks.sleepUntil(monotonic: start + Int64(index) * spacing)
                var number = UInt64(index)
                sent.append(Clocks.realtime())
                if send(fd, &number, 8, 0) != 8 { errors.append(errno) }
                done.append(Clocks.realtime())
            }
            return (sent, done, errors)
        }
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + linger)
        var arrived = Set<Int>()
        var number: UInt64 = 0
        while recv(receiver.descriptor.number, &number, 8, Int32(MSG_DONTWAIT)) == 8 {
            arrived.insert(Int(truncatingIfNeeded: number))
        }
        return UDPStream(sent: sent, done: done, errors: errors, arrived: arrived)
    }
}
