import Measures
import Packetfilter
import Testing

@Suite("Bytes from the kernel")
struct KernelBytesTests {
    private static func ruleMessage() throws -> [UInt8] {
        let rule = PacketRule(
            match: PacketMatch(source: AddressPrefix("10.0.0.0/8"), inputInterface: "eth0", transport: .udp),
            window: TimeWindow(start: 1, end: 2),
            verdict: .queue(number: 1, bypass: true),
            comment: "a comment"
        )
        return try RuleBuilder.newRule(
            try rule.expressions(family: .ip, queue: .compat),
            comment: rule.comment,
            at: RulePlace(table: "t", family: .ip, chain: "c"),
            replacing: 3,
            sequence: 4
        )
    }

    /// As the kernel builds it: header, nfgenmsg, NFQA_PACKET_HDR, NFQA_IFINDEX_OUTDEV.
    private static let packetMessage: [UInt8] =
        [44, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + [2, 0, 0, 7]
        + [11, 0, 1, 0, 0x01, 0x02, 0x03, 0x04, 8, 0, 4, 0] + [8, 0, 6, 0, 0, 0, 0, 2] + [0, 0, 0, 0]

    private static func packet(_ bytes: [UInt8]) -> QueuedPacket? {
        bytes.withUnsafeBytes { QueuedPacket($0) }
    }

    @Test("a queued packet is its identifier and its hook")
    func queuedPacket() {
        #expect(Self.packet(Self.packetMessage) == QueuedPacket(identifier: 0x0102_0304, hook: 4))
    }

    @Test("what is no packet is none: too short, another message, a cut attribute, no header attribute")
    func noPacket() {
        let message = Self.packetMessage
        for count in 0..<31 { #expect(Self.packet(Array(message.prefix(count))) == nil, "\(count) bytes") }
        var other = message
        other[4] = 2
        #expect(Self.packet(other) == nil)
        var cut = message
        cut[20] = 200
        #expect(Self.packet(cut) == nil)
        var empty = message
        empty[20] = 0
        #expect(Self.packet(empty) == nil)
        var nameless = message
        nameless[22] = 9
        #expect(Self.packet(nameless) == nil)
    }

    /// The last 12 of the 32 bytes of a verdict are its attribute; the header ends with the queue's number, big endian.
    @Test(
        "verdicts, byte for byte",
        arguments: [
            (QueueVerdict.accept(0x0102_0304), UInt8(1), [0, 0, 0, 1, 1, 2, 3, 4] as [UInt8]),
            (.drop(1), 1, [0, 0, 0, 0, 0, 0, 0, 1]),
            (.acceptThrough(.max), 3, [0, 0, 0, 1, 255, 255, 255, 255]),
        ]
    )
    func verdicts(_ verdict: QueueVerdict, _ type: UInt8, _ value: [UInt8]) {
        var bytes: [UInt8] = []
        verdict.append(to: &bytes, queue: 0x0102)
        var expected: [UInt8] = [32, 0, 0, 0, type, 3, 1, 0]
        expected += [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]
        expected += [12, 0, 2, 0]
        expected += value
        #expect(bytes == expected)
        #expect(bytes.count == QueueVerdict.size)
    }

    @Test("no mutation of a rule or of a packet message makes a reader trap")
    func mutations() throws {
        var draws = SeededGenerator(seed: 99)
        let rule = try Self.ruleMessage()
        var understood = 0
        for round in 0..<10_000 {
            var bytes = round % 2 == 0 ? rule : Self.packetMessage
            for _ in 0...(draws.next() % 6) {
                let index = Int(draws.next() % UInt64(bytes.count))
                switch draws.next() % 5 {
                case 0: bytes[index] = UInt8(truncatingIfNeeded: draws.next())
                case 1: bytes[index] = [0, 1, 3, 4, 127, 128, 255][Int(draws.next() % 7)]
                case 2: bytes.removeSubrange(index...)
                case 3: bytes.insert(UInt8(truncatingIfNeeded: draws.next()), at: index)
                default: bytes.remove(at: index)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            _ = Self.packet(bytes)
            for message in NetlinkMessage.parse(bytes[...]) {
                if let state = RuleState(message), state.window != nil { understood += 1 }
                _ = RulesetSnapshot(reading: [message])
            }
        }
        // The mutations are not so wild that nothing behind the first length is ever reached.
        #expect(understood > 300)
    }

    @Test("bytes at random make no reader trap")
    func noise() {
        var draws = SeededGenerator(seed: 3)
        for _ in 0..<6_000 {
            var bytes = (0..<(draws.next() % 200)).map { _ in UInt8(truncatingIfNeeded: draws.next() >> 7) }
            // A length that fits, so that the rest is read at all.
            if bytes.count >= 16 { bytes.replaceSubrange(0..<4, with: [UInt8(bytes.count), 0, 0, 0]) }
            _ = Self.packet(bytes)
            for message in NetlinkMessage.parse(bytes[...]) {
                _ = RuleState(message)
                _ = message.attributes.flatMap(\.nested)
                _ = RulesetSnapshot(reading: [message])
            }
        }
    }
}
