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

    /// Blocks for count × spacing and a little; `linger`: how long without an arrival until the rest counts as lost.
    static func run(
        from: NetworkNamespace,
        _ source: String,
        to: NetworkNamespace,
        _ destination: String,
        port: UInt16 = 7001,
        count: Int,
        spacing: Int64,
        linger: Int64 = 200_000_000
    ) throws -> UDPStream {
        let receiver = try TestSocket.open(SOCK_DGRAM, in: to, at: destination, port: port)
        // Any port: one that an earlier stream used may still be open in a child that is being started.
        let sender = try TestSocket.open(SOCK_DGRAM, in: from, at: source, port: 0)
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
        // Until all are there, or none came for `linger`: a busy machine delivers late.
        var arrived = Set<Int>()
        var lastNews = Clocks.monotonic()
        while arrived.count < count, Clocks.monotonic() - lastNews < linger {
            var number: UInt64 = 0
            while recv(receiver.descriptor.number, &number, 8, Int32(MSG_DONTWAIT)) == 8 {
                arrived.insert(Int(truncatingIfNeeded: number))
                lastNews = Clocks.monotonic()
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 2_000_000)
        }
        return UDPStream(sent: sent, done: done, errors: errors, arrived: arrived)
    }
}
