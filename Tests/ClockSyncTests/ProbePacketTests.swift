import ClockSync
import Measures
import Testing

@Suite("A clock probe on the wire")
struct ProbePacketTests {
    private let key = ProbeKey(1, 2)

    private func packet(_ random: inout SeededGenerator) -> ProbePacket {
        var packet = ProbePacket(
            kind: Bool.random(using: &random) ? .probe : .answer,
            session: random.next(),
            sequence: random.next(),
            sent: Int64(bitPattern: random.next())
        )
        packet.received = Int64(bitPattern: random.next())
        packet.answered = Int64(bitPattern: random.next())
        packet.referenceEpoch = random.next()
        return packet
    }

    @Test("has these 80 bytes")
    func golden() {
        var packet = ProbePacket(kind: .answer, session: 0x0102_0304_0506_0708, sequence: 9, sent: 10)
        packet.received = -2
        packet.answered = 12
        packet.referenceEpoch = 13
        let zero = [UInt8](repeating: 0, count: 7)
        let expected: [UInt8] =
            Array("FLCK".utf8) + [1, 2, 0, 0]  // magic, version, kind
            + [1, 2, 3, 4, 5, 6, 7, 8]  // session
            + zero + [9]  // sequence
            + zero + [10]  // T1
            + [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]  // T2
            + zero + [12]  // T3
            + zero + [0]
            + zero + [13]  // the reference's epoch
            + zero + [0]
        let bytes = packet.encoded(key: key)
        #expect(bytes.count == ProbePacket.size)
        #expect(Array(bytes.prefix(72)) == expected)
        #expect(
            SipHash.code(expected, key: key).bigEndian
                == bytes.suffix(8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        )
        #expect(ProbePacket.session(of: bytes) == packet.session)
    }

    @Test("is read back as it was written, and with no other key or kind")
    func roundTrip() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<10_000 {
            let packet = packet(&random)
            let bytes = packet.encoded(key: key)
            #expect(ProbePacket(bytes, kind: packet.kind, key: key) == packet)
            #expect(ProbePacket(bytes, kind: packet.kind == .probe ? .answer : .probe, key: key) == nil)
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
        for length in 0...200 where length != bytes.count {
            let cut = (bytes + [UInt8](repeating: 0, count: 200)).prefix(length)
            #expect(ProbePacket(cut, kind: packet.kind, key: key) == nil)
            #expect(ProbePacket.session(of: cut) == nil)
        }
    }

    @Test("is refused when made of any other bytes")
    func fuzz() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...160, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(ProbePacket(bytes, kind: .answer, key: key) == nil)
        }
    }
}
