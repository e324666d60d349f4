@testable import Packets

/// Packets and files made byte by byte, as the RFCs have them.
enum Made {
    static let client = SegmentEnd(ipv4: 0x0a4d_000b, port: 40_000)
    static let server = SegmentEnd(ipv4: 0x0a4d_000c, port: 8080)

    static func short(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
    static func word(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    /// A TCP header with options of so many bytes, and data.
    static func tcp(
        _ data: Int,
        sequence: UInt32 = 1000,
        ack: UInt32 = 2000,
        flags: UInt8 = 0x18,
        options: Int = 12
    )
        -> [UInt8]
    {
        short(40_000) + short(8080) + word(sequence) + word(ack) + [UInt8((20 + options) / 4) << 4, flags]
            + short(512) + short(0) + short(0) + Array(repeating: 1, count: options)
            + Array(repeating: 0x41, count: data)
    }

    static func ipv4(_ tcp: [UInt8], options: Int = 0, fragment: Int = 0, total: Int? = nil) -> [UInt8] {
        [UInt8(0x40 | (20 + options) / 4), 0] + short(total ?? 20 + options + tcp.count) + short(7)
            + short(fragment)
            + [64, 6] + short(0) + word(0x0a4d_000b) + word(0x0a4d_000c) + Array(repeating: 0, count: options)
            + tcp
    }

    static let client6 = SegmentEnd(high: 0xfd77_0000_0000_0000, low: 11, port: 40_000)
    static let server6 = SegmentEnd(high: 0xfd77_0000_0000_0000, low: 12, port: 8080)

    /// `extensions`: headers in front of TCP, each with the number that announces it.
    static func ipv6(_ tcp: [UInt8], extensions: [(number: UInt8, bytes: [UInt8])] = [], payload: Int? = nil)
        -> [UInt8]
    {
        let numbers = extensions.map(\.number) + [6]
        let middle = extensions.enumerated().flatMap { [numbers[$0 + 1]] + $1.bytes }
        return [0x60, 0, 0, 0] + short(payload ?? middle.count + tcp.count) + [numbers[0], 64]
            + word(0xfd77_0000) + word(0) + word(0) + word(11) + word(0xfd77_0000) + word(0) + word(0)
            + word(12)
            + middle + tcp
    }

    static func ethernet(_ type: Int, _ packet: [UInt8], tags: [Int] = []) -> [UInt8] {
        Array(repeating: 2, count: 12) + tags.flatMap { short($0) + short(5) } + short(type) + packet
    }

    struct Order {
        let magic: UInt32
        let isBig: Bool

        func bytes(_ value: UInt32) -> [UInt8] { isBig ? Made.word(value) : Made.word(value).reversed() }
    }

    static let orders = [
        Order(magic: 0xa1b2_3c4d, isBig: false), Order(magic: 0xa1b2_3c4d, isBig: true),
        Order(magic: 0xa1b2_c3d4, isBig: false), Order(magic: 0xa1b2_c3d4, isBig: true),
    ]

    /// A file of these packets, a second and five units of its fraction apart. `cut`: what is kept of each at most.
    static func file(_ packets: [[UInt8]], link: UInt32 = 1, order: Order = orders[0], cut: Int = 262_144)
        -> [UInt8]
    {
        var bytes = order.bytes(order.magic) + order.bytes(0x0004_0002) + order.bytes(0) + order.bytes(0)
        bytes += order.bytes(UInt32(cut)) + order.bytes(link)
        for (index, packet) in packets.enumerated() {
            bytes += order.bytes(UInt32(1_700_000_000 + index)) + order.bytes(UInt32(5 * index))
            bytes += order.bytes(UInt32(min(cut, packet.count))) + order.bytes(UInt32(packet.count))
            bytes += packet.prefix(cut)
        }
        return bytes
    }

    /// What is read of a file to its end.
    static func read(_ bytes: [UInt8]) -> (stamps: [Int64], segments: [Segment?], damage: String?)? {
        guard var file = CaptureFile(bytes) else { return nil }
        var stamps: [Int64] = []
        var segments: [Segment?] = []
        while let record = file.next() {
            stamps.append(record.stamp)
            segments.append(file.segment(record))
        }
        return (stamps, segments, file.damage)
    }

    static func segment(of packet: [UInt8], link: UInt32 = 1, cut: Int = 262_144) -> Segment? {
        read(file([packet], link: link, cut: cut))?.segments.first ?? nil
    }
}
