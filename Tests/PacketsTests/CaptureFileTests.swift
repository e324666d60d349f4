import Measures
import Testing

@testable import Packets

@Suite("pcap files")
struct CaptureFileTests {
    @Test("both byte orders and both units of stamps are read", arguments: Made.orders)
    func orders(_ order: Made.Order) throws {
        let packet = Made.ethernet(0x0800, Made.ipv4(Made.tcp(100)))
        let found = try #require(Made.read(Made.file([packet, packet, packet], order: order)))
        let unit: Int64 = order.magic == 0xa1b2_3c4d ? 1 : 1000
        #expect(found.stamps == (0..<3).map { (1_700_000_000 + $0) * 1_000_000_000 + 5 * $0 * unit })
        #expect(found.segments.compactMap { $0?.length } == [100, 100, 100])
        #expect(found.damage == nil)
    }

    @Test("the same segment is read behind every link layer, with tags, options and headers in between")
    func links() throws {
        let tcp = Made.tcp(321, sequence: 0xffff_fff0, ack: 77)
        let expected = Segment(
            source: Made.client,
            destination: Made.server,
            sequence: 0xffff_fff0,
            acknowledgement: 77,
            acknowledges: true,
            length: 321
        )
        let four = Made.ipv4(tcp)
        let tables: [(UInt32, [UInt8])] = [
            (1, Made.ethernet(0x0800, four)), (1, Made.ethernet(0x0800, four, tags: [0x8100])),
            (1, Made.ethernet(0x0800, four, tags: [0x88a8, 0x8100])),
            // Ethernet fills short packets up; the header's length counts.
            (1, Made.ethernet(0x0800, four + [0, 0, 0, 0])),
            (1, Made.ethernet(0x0800, Made.ipv4(tcp, options: 40))), (101, four), (228, four),
            (113, Array(repeating: 0, count: 14) + Made.short(0x0800) + four),
            (276, Made.short(0x0800) + Array(repeating: 0, count: 18) + four),
            // "Longer than the field holds".
            (101, Made.ipv4(tcp, total: 0)),
        ]
        for (link, packet) in tables { #expect(Made.segment(of: packet, link: link) == expected, "\(link)") }
        let options = [UInt8](repeating: 0, count: 7)
        let chains: [[(number: UInt8, bytes: [UInt8])]] = [
            [], [(0, options)], [(60, [1] + options + options), (43, options)], [(44, options)],
            [(51, [4] + Array(repeating: 9, count: 22))],
        ]
        for chain in chains {
            let found = try #require(
                Made.segment(of: Made.ethernet(0x86dd, Made.ipv6(tcp, extensions: chain)))
            )
            #expect(found.source == Made.client6 && found.destination == Made.server6)
            #expect(found.length == 321 && found.sequence == 0xffff_fff0, "\(chain.map(\.number))")
        }
    }

    @Test("what was cut off at the snapshot length counts with its whole length")
    func snapshot() {
        let packet = Made.ethernet(0x0800, Made.ipv4(Made.tcp(1400)))
        #expect(Made.segment(of: packet, cut: 70)?.length == 1400)
        #expect(Made.segment(of: packet, cut: 40) == nil)
    }

    @Test("a SYN's data begin one number later (RFC 9293, 3.4)")
    func syn() {
        let packet = Made.ethernet(0x0800, Made.ipv4(Made.tcp(5, sequence: 9, flags: 0x02)))
        #expect(Made.segment(of: packet)?.sequence == 10)
        #expect(Made.segment(of: packet)?.acknowledges == false)
    }

    @Test("what is no whole TCP packet is none")
    func others() {
        let tcp = Made.tcp(10)
        var udp = Made.ipv4(tcp)
        udp[9] = 17
        let packets: [[UInt8]] = [
            Made.ethernet(0x0806, Made.ipv4(tcp)), Made.ethernet(0x0800, udp),
            Made.ethernet(0x0800, Made.ipv4(tcp, fragment: 0x2000)),
            Made.ethernet(0x0800, Made.ipv4(tcp, fragment: 0x0010)),
            Made.ethernet(0x0800, Made.ipv4(tcp, total: 30)),
            Made.ethernet(0x0800, tcp, tags: [0x8100, 0x8100, 0x8100]),
            Made.ethernet(0x86dd, Made.ipv6(tcp, extensions: [(44, [0, 0, 9, 0, 0, 0, 0])])),
            Made.ethernet(
                0x86dd,
                Made.ipv6(tcp, extensions: Array(repeating: (0, Array(repeating: 0, count: 7)), count: 20))
            ),
        ]
        for packet in packets { #expect(Made.segment(of: packet) == nil) }
        #expect(Made.segment(of: Made.ipv4(tcp), link: 147) == nil)
    }

    @Test("a file that is cut off anywhere gives every record before the cut, and says so")
    func torn() throws {
        let packets = (0..<6).map { Made.ethernet(0x0800, Made.ipv4(Made.tcp(10 * $0))) }
        let bytes = Made.file(packets)
        var ends: [Int] = [24]
        for packet in packets { ends.append((ends.last ?? 0) + 16 + packet.count) }
        for length in 0...bytes.count {
            let found = Made.read(Array(bytes[..<length]))
            guard length >= 24 else {
                #expect(found == nil)
                continue
            }
            #expect(found?.stamps.count == ends.count { $0 <= length } - 1)
            #expect((found?.damage == nil) == ends.contains(length), "cut at \(length)")
        }
    }

    @Test("no bytes make the reader trap, run on or invent what is not there")
    func fuzzed() {
        var random = SeededGenerator(seed: 11, stream: "pcap")
        let whole = Made.file(
            (0..<8).map { Made.ethernet(0x0800, Made.ipv4(Made.tcp($0))) }
                + (0..<8).map {
                    Made.ethernet(0x86dd, Made.ipv6(Made.tcp($0), extensions: [(0, [0, 0, 0, 0, 0, 0, 0])]))
                }
        )
        for round in 0..<20_000 {
            var bytes = whole
            if round % 4 == 0 {
                bytes =
                    Array(whole.prefix(24)) + (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
            } else {
                for _ in 0...(round % 7) {
                    bytes[Int.random(in: 4..<bytes.count, using: &random)] = .random(
                        in: 0...255,
                        using: &random
                    )
                }
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 2)
            }
            for link in [UInt8(1), 101, 113, 228, 20] where bytes.count > 24 {
                bytes[20] = link
                guard let found = Made.read(bytes) else { continue }
                #expect(found.stamps.count <= bytes.count / 16)
                #expect(found.segments.allSatisfy { ($0?.length ?? 0) >= 0 })
            }
        }
    }

    @Test("what is no pcap file is none")
    func strangers() {
        #expect(CaptureFile([]) == nil)
        #expect(CaptureFile(Array(repeating: 0, count: 100)) == nil)
        // pcapng
        #expect(CaptureFile([0x0a, 0x0d, 0x0d, 0x0a] + Array(repeating: 0, count: 100)) == nil)
    }
}
