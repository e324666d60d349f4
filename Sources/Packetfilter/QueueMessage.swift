import CNftnl

/// A packet that waits in a queue of the kernel for a verdict.
package struct QueuedPacket: Sendable, Hashable {
    /// Counts up from 1 in each queue, around at 2^32.
    package let identifier: UInt32
    /// NF_INET hook number.
    package let hook: UInt8
    /// The packet's mark; 0 where nobody asked for `QueueContent` beyond `.identity`.
    package private(set) var mark: UInt32 = 0
    /// Bytes of the IP packet; 0 where nobody asked.
    package private(set) var length: UInt32 = 0
    /// Where in the datagram the copied part of the packet is.
    package private(set) var payload: Range<Int> = 0..<0

    package init(identifier: UInt32, hook: UInt8) {
        self.identifier = identifier
        self.hook = hook
    }

    /// From one NFQNL_MSG_PACKET datagram: its attribute NFQA_PACKET_HDR, which comes first, and if asked for, the others.
    /// nil for any other message and for bytes that make no sense. Runs once a packet: nothing is copied.
    package init?(_ datagram: UnsafeRawBufferPointer, withContent: Bool = false) {
        guard datagram.count >= 20 else { return nil }
        let length = min(Int(datagram.loadUnaligned(fromByteOffset: 0, as: UInt32.self)), datagram.count)
        let type = datagram.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
        guard type == Self.messageType else { return nil }
        var header: Int?
        var offset = 20
        while offset + 4 <= length {
            let attributeLength = Int(datagram.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
            let attribute = datagram.loadUnaligned(fromByteOffset: offset + 2, as: UInt16.self) & 0x3fff
            guard attributeLength >= 4, offset + attributeLength <= length else { return nil }
            let value = offset + 4..<offset + attributeLength
            switch UInt32(attribute) {
            case NFQA_PACKET_HDR.rawValue where value.count >= 7: header = value.lowerBound
            case NFQA_MARK.rawValue where value.count >= 4: mark = Self.word(datagram, value)
            case NFQA_CAP_LEN.rawValue where value.count >= 4: self.length = Self.word(datagram, value)
            case NFQA_PAYLOAD.rawValue: payload = value
            default: break
            }
            if header != nil, !withContent { break }
            offset += (attributeLength + 3) & ~3
        }
        guard let header else { return nil }
        identifier = Self.word(datagram, header..<header + 4)
        hook = datagram[header + 6]
        // The kernel says the length of its own only where it is more than what it copied.
        self.length = max(self.length, UInt32(payload.count))
    }

    private static func word(_ datagram: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt32 {
        UInt32(bigEndian: datagram.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt32.self))
    }

    private static let messageType = UInt16(NFNL_SUBSYS_QUEUE) << 8 | UInt16(NFQNL_MSG_PACKET.rawValue)
}

/// What of a packet comes up from the kernel.
package enum QueueContent: Sendable, Hashable {
    /// Its identifier. Large packets that the network card would cut stay whole.
    case identity
    /// Its length and mark too. Here and below, large packets are cut as they would be on the line, so that each has its
    /// own length.
    case length
    /// All of it, with complete checksums.
    case whole
}

/// What becomes of packets in a queue.
package enum QueueVerdict: Sendable, Hashable {
    case accept(UInt32)
    /// Gone without a word to the sender.
    case drop(UInt32)
    /// This packet and every one that came before it and still waits.
    case acceptThrough(UInt32)
    /// With this mark (nil: as it is) and these bytes in place of its own (nil: as they are; at most 65531).
    case acceptChanged(UInt32, mark: UInt32?, payload: [UInt8]?)
    /// Once more through the chain that queued it, with this mark.
    case again(UInt32, mark: UInt32)

    /// The size of one message without mark and payload: header 16, nfgenmsg 4, attribute header 4, verdict and
    /// identifier 8.
    package static let size = 32

    /// Appends the message; no acknowledgement is asked for.
    package func append(to bytes: inout [UInt8], queue: UInt16) {
        var type = NFQNL_MSG_VERDICT.rawValue
        var (verdict, mark, payload): (Int32, UInt32?, [UInt8]?) = (NF_ACCEPT, nil, nil)
        let identifier: UInt32
        switch self {
        case .accept(let number): identifier = number
        case .drop(let number): (identifier, verdict) = (number, NF_DROP)
        case .acceptThrough(let number): (identifier, type) = (number, NFQNL_MSG_VERDICT_BATCH.rawValue)
        case .acceptChanged(let number, let newMark, let bytes):
            (identifier, mark, payload) = (number, newMark, bytes)
        case .again(let number, let newMark): (identifier, verdict, mark) = (number, NF_REPEAT, newMark)
        }
        let length = Self.size + (mark == nil ? 0 : 8) + (payload.map { 4 + ($0.count + 3) & ~3 } ?? 0)
        bytes.append(host: UInt32(length))
        bytes.append(host: UInt16(NFNL_SUBSYS_QUEUE) << 8 | UInt16(type))
        bytes.append(host: UInt16(NLM_F_REQUEST))
        bytes.append(host: UInt64(0))  // sequence and port: no answer comes
        bytes.append(host: UInt16(0))  // family and version
        bytes.append(host: queue.bigEndian)
        bytes.append(host: UInt16(12))
        bytes.append(host: UInt16(NFQA_VERDICT_HDR.rawValue))
        bytes.append(host: UInt32(bitPattern: verdict).bigEndian)
        bytes.append(host: identifier.bigEndian)
        if let mark {
            bytes.append(host: UInt16(8))
            bytes.append(host: UInt16(NFQA_MARK.rawValue))
            bytes.append(host: mark.bigEndian)
        }
        if let payload {
            bytes.append(host: UInt16(4 + payload.count))
            bytes.append(host: UInt16(NFQA_PAYLOAD.rawValue))
            bytes += payload
            while bytes.count % 4 != 0 { bytes.append(0) }
        }
    }
}

extension [UInt8] {
    @inline(__always)
    fileprivate mutating func append(host number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number) { append(contentsOf: $0) }
    }
}
