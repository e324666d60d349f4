import Measures
import Packetfilter
import TestSupport
import Testing

@Suite("Sets of addresses and ports")
struct PacketSetTests {
    private static func set(_ texts: String...) throws -> PacketSet {
        try #require(PacketSet(texts.compactMap { AddressPrefix($0) }))
    }

    private static func element(_ key: [UInt8], end: Bool = false) -> PacketSet.Element {
        PacketSet.Element(key: key, isEnd: end)
    }

    @Test("hosts are themselves, sorted, each once")
    func hosts() throws {
        let set = try Self.set("10.0.0.2", "10.0.0.1", "10.0.0.2")
        #expect(!set.isIntervals)
        #expect(set.elements == [Self.element([10, 0, 0, 1]), Self.element([10, 0, 0, 2])])
    }

    @Test(
        "as soon as one is a range all are, from each start to before each end, and those that touch are one"
    )
    func ranges() throws {
        let set = try Self.set("10.0.0.0/24", "10.0.0.7", "10.0.1.0/24", "10.3.0.1")
        #expect(set.isIntervals)
        #expect(
            set.elements == [
                Self.element([0, 0, 0, 0], end: true), Self.element([10, 0, 0, 0]),
                Self.element([10, 0, 2, 0], end: true), Self.element([10, 3, 0, 1]),
                Self.element([10, 3, 0, 2], end: true),
            ]
        )
    }

    @Test("what begins at zero has no end before it, what ends at the last value has none behind it")
    func edges() throws {
        let set = try Self.set("0.0.0.0/8", "255.0.0.0/8")
        #expect(
            set.elements == [
                Self.element([0, 0, 0, 0]), Self.element([1, 0, 0, 0], end: true),
                Self.element([255, 0, 0, 0]),
            ]
        )
        #expect(try Self.set("0.0.0.0/1", "128.0.0.0/1").elements == [Self.element([0, 0, 0, 0])])
    }

    @Test("families do not mix, and nothing is no set")
    func refused() {
        #expect(PacketSet([AddressPrefix("10.0.0.1"), AddressPrefix("fd00::1")].compactMap { $0 }) == nil)
        #expect(PacketSet([] as [AddressPrefix]) == nil)
        #expect(PacketSet([] as [ClosedRange<UInt16>]) == nil)
    }

    @Test("the name is of the contents: the same for the same however written, another for another")
    func names() throws {
        let set = try Self.set("10.0.0.1", "10.0.0.2")
        #expect(set.name == (try Self.set("10.0.0.2", "10.0.0.1", "10.0.0.1").name))
        #expect(set.name != (try Self.set("10.0.0.1", "10.0.0.3").name))
        let ports = try #require(PacketSet([80...80, 443...443]))
        #expect(ports.name.hasPrefix("ports-") && set.name.hasPrefix("addresses-"))
    }

    /// Law: a value is in the set exactly when one of the ranges has it. The kernel's reading of an interval set: the
    /// nearest element at or below the value is no end.
    @Test("random ranges contain what they contained")
    func contents() throws {
        var draws = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let ranges = (0...(draws.next() % 12)).map { _ in
                let low = UInt16(truncatingIfNeeded: draws.next() % 300)
                return low...(low + UInt16(truncatingIfNeeded: draws.next() % 20))
            }
            let set = try #require(PacketSet(ranges))
            let elements = set.elements
            #expect(Set(elements.map(\.key)).count == elements.count, "each value is an edge once")
            for port in UInt16(0)...330 {
                let key = [UInt8(port >> 8), UInt8(port & 255)]
                let found =
                    set.isIntervals
                    ? elements.last { !key.lexicographicallyPrecedes($0.key) }.map { !$0.isEnd } ?? false
                    : elements.contains { $0.key == key }
                #expect(found == ranges.contains { $0.contains(port) }, "\(port) of \(ranges)")
            }
        }
    }

    // The bytes of nft 1.0.6 (strace) for a set in `table ip t`, but for the name, and without the user data that only
    // its own listing uses.
    @Test("a set and its elements, byte for byte as nft sends them")
    func golden() throws {
        let set = try Self.set("10.0.0.0/24", "10.2.0.0/16", "10.3.0.1")
        let table = FilterTable(name: "t", family: .ip, chains: [])
        let name = Array(set.name.utf8) + [0]
        let nameAttribute =
            [UInt8(name.count + 4), 0, 2, 0] + name + [UInt8](repeating: 0, count: (4 - name.count % 4) % 4)
        let made = try SetBuilder.newSet(set, table: table, identifier: 2, sequence: 6)
        // Flags constant and interval (nft adds anonymous), type, length, identifier, size.
        let attributes = try #require(
            bytes(
                hexadecimal: """
                    08 00 03 00 00 00 00 06 08 00 04 00 00 00 00 07 08 00 05 00 00 00 00 04
                    08 00 0a 00 00 00 00 02 0c 00 09 80 08 00 01 00 00 00 00 07
                    """
            )
        )
        let header: [UInt8] = [
            0, 0, 0, 0, 9, 10, 5, 4, 6, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 6, 0, 1, 0, 0x74, 0, 0, 0,
        ]
        var expected = header + nameAttribute + attributes
        expected[0] = UInt8(expected.count)
        #expect(hexadecimal(made) == hexadecimal(expected))

        let filled = try SetBuilder.newElements(
            set.elements,
            of: set,
            table: table,
            identifier: 2,
            sequence: 6
        )
        let elements = try #require(
            bytes(
                hexadecimal: """
                    08 00 04 00 00 00 00 02 94 00 03 80
                    18 00 01 80 08 00 03 00 00 00 00 01 0c 00 01 80 08 00 01 00 00 00 00 00
                    10 00 02 80 0c 00 01 80 08 00 01 00 0a 00 00 00
                    18 00 03 80 08 00 03 00 00 00 00 01 0c 00 01 80 08 00 01 00 0a 00 01 00
                    10 00 04 80 0c 00 01 80 08 00 01 00 0a 02 00 00
                    18 00 05 80 08 00 03 00 00 00 00 01 0c 00 01 80 08 00 01 00 0a 03 00 00
                    10 00 06 80 0c 00 01 80 08 00 01 00 0a 03 00 01
                    18 00 07 80 08 00 03 00 00 00 00 01 0c 00 01 80 08 00 01 00 0a 03 00 02
                    """
            )
        )
        // libnftnl puts the table's name behind the set's; the kernel does not mind.
        var all =
            Array(header.dropLast(8)) + nameAttribute + elements.prefix(8) + header.suffix(8)
            + elements.dropFirst(8)
        all[4] = 12
        all[0] = UInt8(truncatingIfNeeded: all.count)
        #expect(hexadecimal(filled) == hexadecimal(all))
        let message = try #require(NetlinkMessage.parse(filled[...]).first)
        #expect(PacketSet.Element.all(in: message) == set.elements)
    }
}
