import ClockSync
import Measures
import Testing

@Suite("Latency probes on the wire")
struct PathPacketTests {
    private let key = ProbeKey(5, 6)

    private func drawn(_ random: inout SeededGenerator) -> PathPacket {
        var packet = PathPacket(
            kind: Bool.random(using: &random) ? .probe : .answer,
            session: random.next(),
            sequence: random.next(),
            sent: Int64(truncatingIfNeeded: random.next() as UInt64)
        )
        packet.received = Int64(truncatingIfNeeded: random.next() as UInt64)
        packet.answered = Int64(truncatingIfNeeded: random.next() as UInt64)
        packet.arrived = random.next()
        return packet
    }

    @Test("come out as they went in")
    func roundTrip() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<10_000 {
            let packet = drawn(&random)
            let bytes = packet.encoded(key: key)
            #expect(bytes.count == PathPacket.size)
            #expect(PathPacket(bytes, key: key) == packet)
            #expect(PathPacket.session(of: bytes) == packet.session)
        }
    }

    @Test("a single changed bit, another key, another length or a clock probe is refused")
    func refused() {
        var random = SeededGenerator(seed: 2)
        let bytes = drawn(&random).encoded(key: key)
        for bit in 0..<(bytes.count * 8) {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(PathPacket(changed, key: key) == nil, "bit \(bit)")
        }
        #expect(PathPacket(bytes, key: ProbeKey(5, 7)) == nil)
        for length in 0..<bytes.count { #expect(PathPacket(bytes.prefix(length), key: key) == nil) }
        #expect(PathPacket(bytes + [0], key: key) == nil)
        let clock = ProbePacket(kind: .probe, session: 1, sequence: 1, sent: 1).encoded(key: key)
        #expect(PathPacket(clock, key: key) == nil)
        for _ in 0..<10_000 {
            let noise = (0..<Int.random(in: 0...160, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            #expect(PathPacket(noise, key: key) == nil)
        }
    }

    @Test("a probe is these bytes")
    func golden() {
        let packet = PathPacket(kind: .probe, session: 0x0102, sequence: 0x0304, sent: 0x0506)
        let bytes = packet.encoded(key: key)
        var expected: [UInt8] = [0x46, 0x4c, 0x50, 0x54, 1, 1, 0, 0]
        for word: [UInt8] in [[1, 2], [3, 4], [5, 6]] { expected += [0, 0, 0, 0, 0, 0] + word }
        expected += [UInt8](repeating: 0, count: 40)
        #expect(Array(bytes.prefix(72)) == expected)
    }
}
