import Glibc
import Measures
import Synchronization
import TestSupport
import Testing

@testable import LinuxSystem

@Suite("Echo probes: bytes")
struct EchoProbeByteTests {
    @Test("the checksum is that of RFC 1071, section 3")
    func vector() {
        // Sum ddf2 there; the checksum is its complement.
        #expect(EchoProbe.checksum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]) == ~0xddf2)
        #expect(EchoProbe.checksum([]) == 0xffff)
        #expect(EchoProbe.checksum([0xff, 0xff]) == 0)
        // More carries than one fold takes in.
        #expect(EchoProbe.checksum([UInt8](repeating: 0xff, count: 1000)) == 0)
    }

    @Test("a request is an echo request of RFC 792 that sums up to nothing")
    func request() {
        let packet = EchoProbe.request(identifier: 0x1234, sequence: 0xfffe, sentAt: 0x0102_0304_0506_0708)
        #expect(
            hexadecimal(packet)
                == """
                08 00 d5 b8 12 34 ff fe 01 02 03 04 05 06 07 08
                00 00 00 00 00 00 00 00
                """
        )
        #expect(EchoProbe.checksum(packet) == 0)
    }

    /// The answer of 10.1.2.3 to a request, as a raw socket gives it.
    private static func answer(_ request: [UInt8], options: [UInt8] = []) -> [UInt8] {
        var header: [UInt8] = [UInt8(0x45 + options.count / 4), 0, 0, 44, 0, 0, 0, 0, 64, 1, 0, 0]
        header += [10, 1, 2, 3, 10, 1, 2, 4] + options
        var body = request
        body[0] = 0
        return header + body
    }

    private static let request = EchoProbe.request(identifier: 7, sequence: 65_000, sentAt: .max - 3)

    @Test("an answer gives back what the request carried, with and without IP options, in any slice")
    func parse() throws {
        for options in [[], [1, 1, 1, 0], [UInt8](repeating: 1, count: 40)] {
            let packet = [9, 9, 9] + Self.answer(Self.request, options: options)
            let reply = try #require(EchoProbe.parse(packet[3...]))
            #expect(reply.identifier == 7 && reply.sequence == 65_000 && reply.sentAt == .max - 3)
        }
    }

    @Test("an answer by IPv6 gives the same, and nothing else does")
    func parse6() throws {
        var packet = EchoProbe.request(identifier: 7, sequence: 9, sentAt: 11, isIPv6: true)
        #expect(packet[0] == 128 && packet[2] == 0 && packet[3] == 0)
        #expect(EchoProbe.parse6(packet[...]) == nil, "a request")
        packet[0] = 129
        #expect(
            EchoProbe.parse6(([5] + packet)[1...]) == EchoProbe.Reply(identifier: 7, sequence: 9, sentAt: 11)
        )
        for length in 0..<packet.count { #expect(EchoProbe.parse6(packet[..<length]) == nil) }
        packet[1] = 1
        #expect(EchoProbe.parse6(packet[...]) == nil, "another code")
    }

    @Test(
        "anything else gives nothing",
        arguments: [
            ("a request", 20, UInt8(8)), ("unreachable", 20, 3), ("another code", 21, 1), ("UDP", 9, 17),
            ("IPv6", 0, 0x65), ("a header of four words", 0, 0x44),
            ("a header longer than the packet", 0, 0x4f),
        ]
    )
    func refused(reason: String, offset: Int, byte: UInt8) {
        var packet = Self.answer(Self.request)
        packet[offset] = byte
        #expect(EchoProbe.parse(packet[...]) == nil, "\(reason)")
    }

    @Test("no bytes make it trap: every length, and 30 000 seeded mutations")
    func fuzz() {
        let seeds = [
            Self.answer(Self.request), Self.answer(Self.request, options: [1, 1, 1, 0]), Self.request,
        ]
        for seed in seeds { for length in 0...seed.count { _ = EchoProbe.parse(seed[..<length]) } }
        var generator = SeededGenerator(seed: 1071)
        var understood = 0
        for round in 0..<30_000 {
            var packet = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0 where !packet.isEmpty:
                    packet[Int.random(in: 0..<packet.count, using: &generator)] = .random(
                        in: 0...255,
                        using: &generator
                    )
                case 1: packet.removeLast(Int.random(in: 0...packet.count, using: &generator))
                case 2:
                    packet += (0..<Int.random(in: 0...64, using: &generator)).map { _ in
                        UInt8(truncatingIfNeeded: generator.next())
                    }
                default: packet = Array(packet.dropFirst(Int.random(in: 0...4, using: &generator)))
                }
            }
            guard let reply = EchoProbe.parse(packet[...]) else { continue }
            understood += 1
            // What is understood is in the packet.
            let body = Int(packet[0] & 0xf) * 4
            #expect(
                packet[body + 6] == UInt8(reply.sequence >> 8)
                    && packet[body + 7] == UInt8(reply.sequence & 0xff)
            )
        }
        #expect(understood > 100)
    }
}

@Suite("Echo probes: live", .requiresRoot, .requires(.networkNamespaces))
struct EchoProbeLiveTests {
    private static let millisecond: Int64 = 1_000_000

    private static func probe(
        _ address: String,
        in namespace: NetworkNamespace,
        for length: Int64,
        every interval: Int64 = 2,
        patience: Int64 = 2000,
        firstSequence: UInt16 = 0
    ) throws -> (start: Int64, samples: [EchoProbe.Sample]) {
        var probe = EchoProbe(
            address: address,
            interval: interval * millisecond,
            patience: patience * millisecond
        )
        probe.firstSequence = firstSequence
        let start = Clocks.monotonic() + 10 * millisecond
        let samples = try namespace.inside { [probe] in
            try probe.run(from: start, to: start + length * millisecond)
        }
        return (start, samples)
    }

    @Test(
        "the loopback answers every one, at the distances asked for, also while the sequence number goes around",
        arguments: ["127.0.0.1", "::1"]
    )
    func loopback(address: String) async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let (start, samples) = try Self.probe(
                address,
                in: hosts[0].namespace,
                for: 200,
                firstSequence: 65_500
            )
            // 100 are due; a busy machine sends fewer, late ones are not made up for.
            #expect(samples.count > 36 && samples.count <= 100, "\(samples.count)")
            #expect(samples.allSatisfy { ($0.roundTrip ?? 0) > 0 })
            #expect(samples.allSatisfy { $0.sentAt >= start && $0.sentAt < start + 200 * Self.millisecond })
            #expect(zip(samples, samples.dropFirst()).allSatisfy { $0.sentAt < $1.sentAt })
        }
    }

    @Test(
        "a neighbour answers, an address that nobody has does not, and the end is waited for no longer than asked"
    )
    func neighbour() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let answered = try Self.probe(hosts[1].address, in: hosts[0].namespace, for: 100).samples
            #expect(!answered.isEmpty && answered.allSatisfy { $0.roundTrip != nil })
            let nobody = hosts[1].address.dropLast() + "77"
            let began = Clocks.monotonic()
            let (_, silent) = try Self.probe(String(nobody), in: hosts[0].namespace, for: 100, patience: 50)
            #expect(!silent.isEmpty && silent.allSatisfy { $0.roundTrip == nil })
            #expect(Clocks.monotonic() - began >= 150 * Self.millisecond)
            #expect(Clocks.monotonic() - began < 2000 * Self.millisecond)
        }
    }

    @Test("two probes of one path at once keep their answers apart")
    func together() async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let namespace = hosts[0].namespace
            let others = Mutex<[EchoProbe.Sample]>([])
            let samples = try namespace.inside {
                let thread = try PinnedThread(name: "other") {
                    let now = Clocks.monotonic()
                    let probe = EchoProbe(address: "127.0.0.1", interval: 3_000_000, patience: 1_000_000_000)
                    let found = (try? probe.run(from: now, to: now + 150_000_000)) ?? []
                    others.withLock { $0 = found }
                }
                let now = Clocks.monotonic()
                let probe = EchoProbe(address: "127.0.0.1", interval: 2_000_000, patience: 1_000_000_000)
                let found = try probe.run(from: now, to: now + 150_000_000)
                thread.join()
                return found
            }
            let other = others.withLock { $0 }
            #expect(samples.count > 10 && samples.allSatisfy { $0.roundTrip != nil })
            #expect(other.count > 10 && other.allSatisfy { $0.roundTrip != nil })
        }
    }

    @Test("it stops when told to, and refuses what is no address")
    func stops() async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let probe = EchoProbe(address: "127.0.0.1", interval: 1_000_000, patience: 1_000_000_000)
            let began = Clocks.monotonic()
            let samples = try hosts[0].namespace.inside {
                try probe.run(from: began, to: began + 60_000_000_000) {
                    Clocks.monotonic() > began + 50_000_000
                }
            }
            #expect(!samples.isEmpty && Clocks.monotonic() - began < 5_000_000_000)
            #expect(throws: SystemError.self) {
                try EchoProbe(address: "lb", interval: 1, patience: 1).run(from: 0, to: 1)
            }
        }
    }

    @Test("after the last probe that it may send it waits without using the processor")
    func bounded() async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let probe = EchoProbe(address: "127.0.0.1", interval: 0, patience: 1_000_000_000)
            let (count, processor, length) = try hosts[0].namespace.inside {
                let began = Clocks.monotonic()
                let sent = Atomic<Int64>(0)
                let samples = try probe.run(from: began, to: began + 2_500_000_000) {
                    // The processor's time at some 1.5 s.
                    if sent.load(ordering: .relaxed) == 0, Clocks.monotonic() > began + 1_500_000_000 {
                        sent.store(Clocks.threadTime(), ordering: .relaxed)
                    }
                    return false
                }
                return (
                    samples.count, Clocks.threadTime() - sent.load(ordering: .relaxed),
                    Clocks.monotonic() - began
                )
            }
            #expect(count == 20_000)
            #expect(length >= 2_500_000_000)
            // A second of waiting in steps of 20 ms; busy it would be a second.
            #expect(processor < 300_000_000, "\(processor) ns")
        }
    }
}
