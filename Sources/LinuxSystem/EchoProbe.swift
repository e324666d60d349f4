import Glibc

/// Sends ICMP echo requests (RFC 792; RFC 4443 for IPv6) to one address at even distances and notes the round trips: how a
/// path feels right now, answered by the peer's kernel, with no process of ours there. Needs CAP_NET_RAW.
package struct EchoProbe: Sendable {
    package struct Sample: Sendable, Equatable {
        /// CLOCK_MONOTONIC, nanoseconds.
        package let sentAt: Int64
        /// Nil: no answer came in time.
        package let roundTrip: Int64?

        package init(sentAt: Int64, roundTrip: Int64?) {
            self.sentAt = sentAt
            self.roundTrip = roundTrip
        }
    }

    package let address: String
    package let interval: Int64
    /// How long an answer may take, nanoseconds.
    package let patience: Int64

    package init(address: String, interval: Int64, patience: Int64) {
        self.address = address
        self.interval = interval
        self.patience = patience
    }

    /// Eight bytes of header, the instant of sending, and as much again, since some paths pad what is shorter.
    static let size = 24
    private static let mostSamples = 20_000
    /// Of the first request; set by tests that are to see it go around.
    var firstSequence: UInt16 = 0

    /// Blocks from `start` to `end` (CLOCK_MONOTONIC, nanoseconds) plus the patience; for a thread of its own. Sending
    /// errors count as unanswered: a path that refuses does not answer. `isCancelled` is asked at each step.
    package func run(from start: Int64, to end: Int64, isCancelled: () -> Bool = { false })
        throws(SystemError) -> [Sample]
    {
        guard let target = EchoTarget(address) else {
            throw SystemError("probe \(address)", refused: "not an IPv4 or IPv6 address")
        }
        let number = try SystemError.check("open an ICMP socket") {
            socket(target.family, Int32(SOCK_RAW.rawValue) | O_CLOEXEC | O_NONBLOCK, target.transport)
        }
        let descriptor = OwnedDescriptor(owning: number)
        let poller = try Poller(capacity: 4)
        try poller.add(number, token: 0, .readable)
        let identifier = UInt16(truncatingIfNeeded: Int(getpid()) ^ Int(number) << 10)
        var sentAt: [Int64] = []
        var roundTrips: [Int64?] = []
        var due = max(start, Clocks.monotonic())
        while true {
            let now = Clocks.monotonic()
            // Nothing is due any more; otherwise an instant that has passed would be waited for again and again.
            if sentAt.count == Self.mostSamples { due = end }
            if isCancelled() || now >= end + patience || now >= end && !roundTrips.contains(nil) { break }
            if now >= due, due < end {
                let sequence = firstSequence &+ UInt16(truncatingIfNeeded: sentAt.count)
                let request = Self.request(
                    identifier: identifier,
                    sequence: sequence,
                    sentAt: now,
                    isIPv6: target.isIPv6
                )
                target.send(request, on: descriptor.number)
                sentAt.append(now)
                roundTrips.append(nil)
                due = max(due + interval, now)
                continue
            }
            let next = due < end ? due : end + patience
            _ = try poller.wait(timeoutNanoseconds: max(0, min(next - now, 20_000_000))) { _ in }
            receive(on: descriptor.number, from: target, identifier: identifier) { reply, at in
                // The sequence number goes around; the newest request with it is meant. The instant tells it from the
                // requests of another probe, whose identifier may be the same.
                let newest = sentAt.count - 1
                let last = firstSequence &+ UInt16(truncatingIfNeeded: newest)
                let index = newest - Int(last &- reply.sequence)
                guard index >= 0, roundTrips[index] == nil, reply.sentAt == sentAt[index],
                    at - sentAt[index] <= patience
                else { return }
                roundTrips[index] = at - sentAt[index]
            }
        }
        return zip(sentAt, roundTrips).map { Sample(sentAt: $0, roundTrip: $1) }
    }

    /// An echo request of `size` bytes that carries the instant of sending. The kernel writes the checksum of IPv6, which
    /// covers the addresses.
    static func request(identifier: UInt16, sequence: UInt16, sentAt: Int64, isIPv6: Bool = false) -> [UInt8]
    {
        var packet = [UInt8](repeating: 0, count: Self.size)
        packet[0] = isIPv6 ? 128 : 8
        put(identifier, into: &packet, at: 4)
        put(sequence, into: &packet, at: 6)
        for index in 0..<8 { packet[8 + index] = UInt8(truncatingIfNeeded: sentAt >> (8 * Int64(7 - index))) }
        if !isIPv6 { put(checksum(packet), into: &packet, at: 2) }
        return packet
    }

    private static func put(_ value: UInt16, into packet: inout [UInt8], at offset: Int) {
        packet[offset] = UInt8(value >> 8)
        packet[offset + 1] = UInt8(value & 0xff)
    }

    private func receive(
        on number: Int32,
        from target: EchoTarget,
        identifier: UInt16,
        _ found: (Reply, Int64) -> Void
    ) {
        var buffer = [UInt8](repeating: 0, count: 512)
        while true {
            let (count, source) = target.receive(into: &buffer, on: number)
            let now = Clocks.monotonic()
            guard count > 0 else { return }
            guard source == target.address,
                let reply = target.isIPv6 ? Self.parse6(buffer[..<count]) : Self.parse(buffer[..<count]),
                reply.identifier == identifier
            else { continue }
            found(reply, now)
        }
    }

    struct Reply: Equatable {
        let identifier: UInt16
        let sequence: UInt16
        /// What the request carried.
        let sentAt: Int64
    }

    /// An echo reply to a request of ours in an IPv4 packet; nil for anything else.
    static func parse(_ packet: ArraySlice<UInt8>) -> Reply? {
        guard let first = packet.first, first >> 4 == 4 else { return nil }
        let header = Int(first & 0xf) * 4
        guard header >= 20, packet.count >= header + Self.size else { return nil }
        let start = packet.startIndex
        let body = start + header
        guard packet[start + 9] == 1, packet[body] == 0, packet[body + 1] == 0 else { return nil }
        return Reply(in: packet[body...])
    }

    /// An echo reply to a request of ours, as a raw socket of ICMPv6 gives it: without a header; nil for anything else.
    static func parse6(_ packet: ArraySlice<UInt8>) -> Reply? {
        let start = packet.startIndex
        guard packet.count >= Self.size, packet[start] == 129, packet[start + 1] == 0 else { return nil }
        return Reply(in: packet)
    }

    /// The Internet checksum (RFC 1071) of a packet of even length.
    static func checksum(_ packet: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: packet.count - 1, by: 2) {
            sum += UInt32(packet[index]) << 8 | UInt32(packet[index + 1])
        }
        while sum > 0xffff { sum = (sum & 0xffff) + sum >> 16 }
        return ~UInt16(truncatingIfNeeded: sum)
    }
}

extension EchoProbe.Reply {
    /// At least `EchoProbe.size` bytes from the ICMP header on.
    fileprivate init(in body: ArraySlice<UInt8>) {
        let start = body.startIndex
        identifier = UInt16(body[start + 4]) << 8 | UInt16(body[start + 5])
        sequence = UInt16(body[start + 6]) << 8 | UInt16(body[start + 7])
        sentAt = Int64(
            bitPattern: body[(start + 8)..<(start + 16)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        )
    }
}
