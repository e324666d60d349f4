/// One end of a TCP connection. An IPv4 address is written as IPv6 does (::ffff:10.0.0.1), so that a socket of both
/// families is one end and not two.
package struct SegmentEnd: Sendable, Hashable {
    /// The address's 128 bits.
    package let high: UInt64
    package let low: UInt64
    package let port: UInt16

    package init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    package init(ipv4: UInt32, port: UInt16) {
        self.init(high: 0, low: 0xffff_0000_0000 | UInt64(ipv4), port: port)
    }
}

/// What one packet carries of a TCP connection (RFC 9293).
package struct Segment: Sendable, Equatable {
    package let source: SegmentEnd
    package let destination: SegmentEnd
    /// Of the first byte of its data.
    package let sequence: UInt32
    /// The next byte that its sender waits for; meaningless without `acknowledges`.
    package let acknowledgement: UInt32
    package let acknowledges: Bool
    /// Bytes of data, as the headers say: more than what was kept of them.
    package let length: Int

    package init(
        source: SegmentEnd,
        destination: SegmentEnd,
        sequence: UInt32,
        acknowledgement: UInt32,
        acknowledges: Bool,
        length: Int
    ) {
        self.source = source
        self.destination = destination
        self.sequence = sequence
        self.acknowledgement = acknowledgement
        self.acknowledges = acknowledges
        self.length = length
    }
}

extension CaptureFile {
    /// nil: not TCP, a later fragment, or cut off before its headers end.
    package func segment(_ record: Record) -> Segment? {
        let packet = PacketBytes(bytes, record.kept)
        guard let network = LinkLayer(linkType).network(packet),
            let internet = InternetHeader(packet, at: network, wireLength: record.length)
        else { return nil }
        let at = internet.transport
        guard let ports = packet.word(at), let sequence = packet.word(at + 4),
            let acknowledgement = packet.word(at + 8), let offset = packet.byte(at + 12),
            let flags = packet.byte(at + 13)
        else { return nil }
        let header = Int(offset >> 4) * 4
        guard header >= 20, internet.end >= at + header else { return nil }
        let opens = flags & 0x02 != 0
        return Segment(
            source: internet.source(port: UInt16(ports >> 16)),
            destination: internet.destination(port: UInt16(ports & 0xffff)),
            // SYN takes a sequence number of its own, before the data.
            sequence: opens ? sequence &+ 1 : sequence,
            acknowledgement: acknowledgement,
            acknowledges: flags & 0x10 != 0,
            length: internet.end - at - header
        )
    }
}

/// What lies before the network's header (https://www.tcpdump.org/linktypes.html).
private struct LinkLayer {
    private let type: UInt32

    init(_ type: UInt32) { self.type = type }

    /// Where the network's header begins; nil: no IP, or a link layer that is not known here.
    func network(_ packet: PacketBytes) -> Int? {
        switch type {
        case 1: return behindTags(packet, protocolAt: 12)
        case 113: return behindTags(packet, protocolAt: 14)
        case 276: return isInternet(packet.short(0)) ? 20 : nil
        case 101, 228, 229: return 0
        default: return nil
        }
    }

    /// At most two VLAN tags (IEEE 802.1Q, 802.1ad) of four bytes each.
    private func behindTags(_ packet: PacketBytes, protocolAt first: Int) -> Int? {
        for tags in 0...2 {
            let at = first + 4 * tags
            guard let type = packet.short(at) else { return nil }
            if isInternet(type) { return at + 2 }
            guard type == 0x8100 || type == 0x88a8 else { return nil }
        }
        return nil
    }

    private func isInternet(_ type: UInt16?) -> Bool { type == 0x0800 || type == 0x86dd }
}
