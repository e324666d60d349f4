import Packetfilter
import Testing

@Suite("What queues say and hear")
struct QueueMessageTests {
    private static func bytes(_ verdict: QueueVerdict) -> [UInt8] {
        var bytes: [UInt8] = []
        verdict.append(to: &bytes, queue: 0x0102)
        return bytes
    }

    /// Header (length, NFQNL_MSG_VERDICT, REQUEST, no sequence and port), nfgenmsg with the queue's number.
    private static func head(_ length: UInt8) -> [UInt8] {
        [length, 0, 0, 0, 1, 3, 1, 0] + [0, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 1, 2]
    }

    @Test("a verdict of repeat: NF_REPEAT, then NFQA_MARK, byte for byte")
    func again() {
        #expect(
            Self.bytes(.again(7, mark: 0x8000_0001)) == Self.head(40)
                + [12, 0, 2, 0, 0, 0, 0, 4, 0, 0, 0, 7] + [8, 0, 3, 0, 0x80, 0, 0, 1]
        )
    }

    @Test(
        "a changed packet: NF_ACCEPT, NFQA_MARK, NFQA_PAYLOAD padded to four bytes; each only where asked for"
    )
    func changed() {
        let accept: [UInt8] = [12, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 7]
        #expect(
            Self.bytes(.acceptChanged(7, mark: 5, payload: [1, 2, 3, 4, 5])) == Self.head(52) + accept
                + [8, 0, 3, 0, 0, 0, 0, 5] + [9, 0, 10, 0, 1, 2, 3, 4, 5, 0, 0, 0]
        )
        #expect(
            Self.bytes(.acceptChanged(7, mark: 5, payload: nil)) == Self.head(40) + accept
                + [8, 0, 3, 0, 0, 0, 0, 5]
        )
        #expect(Self.bytes(.acceptChanged(7, mark: nil, payload: nil)) == Self.head(32) + accept)
    }

    /// NFQA_PACKET_HDR, NFQA_MARK, NFQA_CAP_LEN, NFQA_PAYLOAD of two bytes.
    private static func packet(mark: Bool = true, length: Bool = true) -> [UInt8] {
        var body: [UInt8] = [0, 0, 0, 7] + [11, 0, 1, 0, 0, 0, 0, 9, 8, 0, 4, 0]
        if mark { body += [8, 0, 3, 0, 0x81, 0, 0, 2] }
        if length { body += [8, 0, 13, 0, 0, 0, 5, 220] }
        body += [6, 0, 10, 0, 0x45, 0x01, 0, 0]
        let size = UInt8(16 + body.count)
        return [size, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + body
    }

    private static func read(_ bytes: [UInt8], withContent: Bool = true) -> QueuedPacket? {
        bytes.withUnsafeBytes { QueuedPacket($0, withContent: withContent) }
    }

    @Test("mark, length and place of the copied bytes are read where they are asked for")
    func content() throws {
        let whole = try #require(Self.read(Self.packet()))
        #expect(whole.identifier == 9 && whole.hook == 4 && whole.mark == 0x8100_0002 && whole.length == 1500)
        #expect(Array(Self.packet()[whole.payload]) == [0x45, 0x01])
        // A packet that was copied in full has no length of its own.
        let short = try #require(Self.read(Self.packet(mark: false, length: false)))
        #expect(short.mark == 0 && short.length == 2)
        let identity = try #require(Self.read(Self.packet(), withContent: false))
        #expect(identity.mark == 0 && identity.length == 0 && identity.payload.isEmpty)
    }

    @Test("a message cut anywhere is none, or has nothing that points outside")
    func cut() {
        let bytes = Self.packet()
        for count in bytes.indices {
            guard let packet = Self.read(Array(bytes.prefix(count))) else { continue }
            #expect(packet.payload.upperBound <= count)
        }
    }

    private static func lower(_ verdict: PacketVerdict, _ family: TableFamily = .ip) throws -> [Expression] {
        try PacketRule(counter: false, verdict: verdict).expressions(family: family, queue: .native)
    }

    @Test("one packet becomes two by its mark alone: both are queued with the mark of twins on them")
    func twins() throws {
        let load: [Expression] = [.meta(.mark), .mask([0, 0, 0, 0xff])]
        let make = try Self.lower(.makeTwin(queue: 3, leaving: true))
        #expect(
            make == load + [
                .compare(.equal, [0, 0, 0, 0x80]), .meta(.mark),
                .bits(mask: [0xff, 0xff, 0xff, 0], xor: [0, 0, 0, 0x84]), .setMark,
                .payload(.network, offset: 16, length: 4), .outputIndexToSecond, .duplicate,
                .queue(number: 3, bypass: true),
            ]
        )
        let arriving = try Self.lower(.makeTwin(queue: 3, leaving: false), .ip6)
        #expect(arriving.contains(.payload(.network, offset: 24, length: 16)))
        #expect(arriving.contains(.duplicateByRoute) && !arriving.contains(.outputIndexToSecond))
        #expect(
            try Self.lower(.queueTwin(number: 3))
                == load + [.compare(.equal, [0, 0, 0, 0x84]), .queue(number: 3, bypass: true)]
        )
        #expect(QueueMark.twin(3) == 0x8400_0000)
    }

    @Test("copies are known by their mark alone: a user's or a cgroup's socket is not theirs")
    func holding() {
        let match = PacketMatch(destination: AddressPrefix("10.0.0.1"), outputInterface: "eth0")
        let rules = PacketRule.holding([match, match], queue: 3, byCopies: true)
        #expect(
            rules.map(\.verdict) == [.queueCopy(number: 3)]
                + [PacketVerdict](repeating: .copyAndVanish(queue: 3), count: 2)
        )
        #expect(rules[0].match == PacketMatch() && rules[1].match == match)
    }

    @Test("later faults come after earlier ones, on both sides, within what a priority can be")
    func priorities() {
        for (first, second) in [(UInt16(1), UInt16(2)), (65_534, 65_535)] {
            #expect(FilterChain.firstPriority(queue: first) < FilterChain.firstPriority(queue: second))
            #expect(FilterChain.lastPriority(queue: first) < FilterChain.lastPriority(queue: second))
        }
        // Before connection tracking and defragmentation.
        #expect(FilterChain.firstPriority(queue: .max) < -400)
    }
}
