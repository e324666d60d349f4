import ClockSync
import Measures
import Testing

@Suite("A clock probe on the wire")
struct ProbePacketTests {
    private let key = ProbeKey(1, 2)

    private func packet(_ random: inout SeededGenerator) -> ProbePacket {
        var packet = ProbePacket(
            kind: ProbePacket.Kind.allCases.randomElement(using: &random) ?? .probe,
            session: random.next(),
            sequence: random.next(),
            sent: Int64(bitPattern: random.next())
        )
        packet.received = Int64(bitPattern: random.next())
        packet.answered = Int64(bitPattern: random.next())
        packet.referenceEpoch = random.next()
        packet.flags = ProbePacket.Flags(rawValue: UInt8.random(in: 0...255, using: &random))
        packet.slew = Int64(bitPattern: random.next())
        packet.slewHalfWidth = Int64.random(in: 0...(1 << 40), using: &random)
        return packet
    }

    @Test("has these 80 bytes, and as a probe 80 zeros more")
    func golden() {
        var packet = ProbePacket(kind: .answer, session: 0x0102_0304_0506_0708, sequence: 9, sent: 10)
        packet.received = -2
        packet.answered = 12
        packet.referenceEpoch = 13
        packet.flags = [.kernelReceived, .kernelAnswered]
        packet.slew = 14
        packet.slewHalfWidth = 15
        let zero = [UInt8](repeating: 0, count: 7)
        let expected: [UInt8] =
            Array("FLCK".utf8) + [2, 2, 3, 0]  // magic, version, kind, flags
            + [1, 2, 3, 4, 5, 6, 7, 8]  // session
            + zero + [9]  // sequence
            + zero + [10]  // T1
            + [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]  // T2
            + zero + [12]  // T3
            + zero + [14]  // the reference's slew
            + zero + [13]  // the reference's epoch
            + zero + [15]  // the slew's half-width
        let bytes = packet.encoded(key: key)
        #expect(bytes.count == 80)
        #expect(Array(bytes.prefix(72)) == expected)
        #expect(
            SipHash.code(expected, key: key).bigEndian
                == bytes.suffix(8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        )
        packet.kind = .probe
        let probe = packet.encoded(key: key)
        #expect(probe.count == 160 && probe[80...].allSatisfy { $0 == 0 })
        #expect(ProbePacket.session(of: probe) == packet.session)
        #expect(ProbePacket.session(of: bytes) == nil)
    }

    @Test("is read back as it was written, and with no other key or kind")
    func roundTrip() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<10_000 {
            let packet = packet(&random)
            let bytes = packet.encoded(key: key)
            #expect(ProbePacket(bytes, kind: packet.kind, key: key) == packet)
            for kind in ProbePacket.Kind.allCases where kind != packet.kind {
                #expect(ProbePacket(bytes, kind: kind, key: key) == nil)
            }
            let frame = [UInt8](repeating: 7, count: 42) + bytes
            #expect(ProbePacket(ownFrame: frame, kind: packet.kind) == packet)
            #expect(ProbePacket(bytes, kind: packet.kind, key: ProbeKey(1, random.next())) == nil)
        }
    }

    @Test("is refused when a single bit differs, and whenever its length does")
    func forged() {
        var random = SeededGenerator(seed: 6)
        let packet = packet(&random)
        let bytes = packet.encoded(key: key)
        for bit in 0..<(8 * bytes.count) {
            var forged = bytes
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(ProbePacket(forged, kind: packet.kind, key: key) == nil, "bit \(bit)")
        }
        for length in 0...300 where length != bytes.count {
            let cut = (bytes + [UInt8](repeating: 0, count: 300)).prefix(length)
            #expect(ProbePacket(cut, kind: packet.kind, key: key) == nil)
        }
    }

    @Test("is refused when made of any other bytes")
    func fuzz() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...160, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            for kind in ProbePacket.Kind.allCases {
                #expect(ProbePacket(bytes, kind: kind, key: key) == nil)
                _ = ProbePacket(ownFrame: bytes, kind: kind)
            }
        }
    }
}
