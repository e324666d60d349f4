/// What a header of IPv4 (RFC 791) or IPv6 (RFC 8200) says of a packet that carries TCP.
struct InternetHeader {
    /// Where the transport's header begins, and where its data end, from the packet's start. The end may lie beyond what
    /// was kept.
    let transport: Int
    let end: Int
    private let sourceAddress: (high: UInt64, low: UInt64)
    private let destinationAddress: (high: UInt64, low: UInt64)

    private static let tcp: UInt8 = 6
    /// More in a row are no packet that a host sends.
    private static let mostExtensions = 8

    /// `wireLength`: of the whole packet, for a length of 0, which says "longer than the field holds".
    init?(_ packet: PacketBytes, at start: Int, wireLength: Int) {
        guard let first = packet.byte(start) else { return nil }
        switch first >> 4 {
        case 4: self.init(version4: packet, at: start, first: first, wireLength: wireLength)
        case 6: self.init(version6: packet, at: start, wireLength: wireLength)
        default: return nil
        }
    }

    private init?(version4 packet: PacketBytes, at start: Int, first: UInt8, wireLength: Int) {
        let header = Int(first & 0x0f) * 4
        guard header >= 20, let total = packet.short(start + 2), let fragment = packet.short(start + 6),
            packet.byte(start + 9) == Self.tcp, let source = packet.word(start + 12),
            let destination = packet.word(start + 16)
        else { return nil }
        // The first fragment of several would hold a part of the data only: TCP avoids them.
        guard fragment & 0x3fff == 0 else { return nil }
        transport = start + header
        end = total == 0 ? wireLength : start + Int(total)
        sourceAddress = (0, 0xffff_0000_0000 | UInt64(source))
        destinationAddress = (0, 0xffff_0000_0000 | UInt64(destination))
    }

    private init?(version6 packet: PacketBytes, at start: Int, wireLength: Int) {
        guard let payload = packet.short(start + 4), var next = packet.byte(start + 6),
            let source = packet.long(start + 8), let sourceLow = packet.long(start + 16),
            let destination = packet.long(start + 24), let destinationLow = packet.long(start + 32)
        else { return nil }
        var at = start + 40
        for _ in 0..<Self.mostExtensions where next != Self.tcp {
            guard let following = packet.byte(at), let length = packet.byte(at + 1) else { return nil }
            switch next {
            // Hop by hop, routing, destination options.
            case 0, 43, 60: at += 8 + 8 * Int(length)
            // A fragment header that tells of no further fragment (RFC 6946).
            case 44:
                guard let fragment = packet.short(at + 2), fragment & 0xfff9 == 0 else { return nil }
                at += 8
            // Authentication (RFC 4302).
            case 51: at += 8 + 4 * Int(length)
            default: return nil
            }
            next = following
        }
        guard next == Self.tcp else { return nil }
        transport = at
        end = payload == 0 ? wireLength : start + 40 + Int(payload)
        sourceAddress = (source, sourceLow)
        destinationAddress = (destination, destinationLow)
    }

    func source(port: UInt16) -> SegmentEnd {
        SegmentEnd(high: sourceAddress.high, low: sourceAddress.low, port: port)
    }

    func destination(port: UInt16) -> SegmentEnd {
        SegmentEnd(high: destinationAddress.high, low: destinationAddress.low, port: port)
    }
}
