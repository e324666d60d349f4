import Measures
import Netlink
import TestSupport
import Testing

@Suite("Attributes")
struct AttributeTests {
    @Test("the length counts header and payload, the padding not")
    func layout() {
        let tree = [
            Attribute(1, text: "htb"),
            Attribute(2, nested: [Attribute(7, UInt16(0x0102)), Attribute(9, [])]),
        ]
        #expect(
            hexadecimal(Attribute.encode(tree)) == """
                08 00 01 00 68 74 62 00 10 00 02 80 06 00 07 00
                02 01 00 00 04 00 09 00
                """
        )
    }

    @Test("what is encoded decodes to the same tree")
    func roundTrip() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<10_000 {
            let attributes = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                Attribute(
                    Int.random(in: 0...0x3fff, using: &generator),
                    (0..<Int.random(in: 0...9, using: &generator)).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    },
                    isMarkedNested: Bool.random(using: &generator)
                )
            }
            #expect(Attribute.decode(Attribute.encode(attributes)) == attributes)
        }
    }

    @Test(
        "impossible lengths end the reading and never read beyond the bytes",
        arguments: [
            ("no whole header", "08 00 01", 0), ("shorter than its header", "03 00 01 00 00 00 00 00", 0),
            ("longer than the message", "09 00 01 00 00 00 00 00", 0),
            ("one good, then one cut off", "05 00 01 00 aa 00 00 00 08 00 02 00 bb", 1),
            ("the last needs no padding", "05 00 01 00 aa", 1),
        ]
    )
    func cutOff(reason: String, text: String, count: Int) throws {
        #expect(Attribute.decode(try #require(bytes(hexadecimal: text))).count == count, "\(reason)")
    }

    @Test("random bytes are read without a trap")
    func noise() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<10_000 {
            let noise = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                UInt8.random(in: 0...40, using: &generator)
            }
            for type: UInt16 in [16, 20, 36, 40, 44] {
                let answer = Answer(type: type, payload: noise)
                _ = Link(answer)
                _ = AssignedAddress(answer)
                _ = QdiscCounters(answer)
                if let object = TrafficControlObject(answer) { _ = NetemReadback(object) }
            }
        }
    }
}
