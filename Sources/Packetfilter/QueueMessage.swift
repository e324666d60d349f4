import CNftnl

/// A packet that waits in a queue of the kernel for a verdict; only what identifies it.
package struct QueuedPacket: Sendable, Hashable {
    /// Counts up from 1 in each queue, around at 2^32.
    package let identifier: UInt32
    /// NF_INET hook number.
    package let hook: UInt8

    package init(identifier: UInt32, hook: UInt8) {
        self.identifier = identifier
        self.hook = hook
    }

    /// From one NFQNL_MSG_PACKET datagram: the first attribute NFQA_PACKET_HDR. nil for any other message and for bytes
    /// that make no sense. Runs once a packet: nothing is copied.
    package init?(_ datagram: UnsafeRawBufferPointer) {
        guard datagram.count >= 20 else { return nil }
        let length = min(Int(datagram.loadUnaligned(fromByteOffset: 0, as: UInt32.self)), datagram.count)
        let type = datagram.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
        guard type == Self.messageType else { return nil }
        var offset = 20
        while offset + 4 <= length {
            let attributeLength = Int(datagram.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
            let attribute = datagram.loadUnaligned(fromByteOffset: offset + 2, as: UInt16.self) & 0x3fff
            guard attributeLength >= 4, offset + attributeLength <= length else { return nil }
            if UInt32(attribute) == NFQA_PACKET_HDR.rawValue {
                guard attributeLength >= 4 + 7 else { return nil }
                identifier = UInt32(
                    bigEndian: datagram.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
                )
                hook = datagram[offset + 10]
                return
            }
            offset += (attributeLength + 3) & ~3
        }
        return nil
    }

    private static let messageType = UInt16(NFNL_SUBSYS_QUEUE) << 8 | UInt16(NFQNL_MSG_PACKET.rawValue)
}

/// What becomes of packets in a queue.
package enum QueueVerdict: Sendable, Hashable {
    case accept(UInt32)
    /// Gone without a word to the sender.
    case drop(UInt32)
    /// This packet and every one that came before it and still waits.
    case acceptThrough(UInt32)

    /// The size of one message: header 16, nfgenmsg 4, attribute header 4, verdict and identifier 8.
    package static let size = 32

    /// Appends the message; no acknowledgement is asked for.
    package func append(to bytes: inout [UInt8], queue: UInt16) {
        let (type, verdict, identifier): (UInt32, Int32, UInt32) =
            switch self {
            case .accept(let identifier): (NFQNL_MSG_VERDICT.rawValue, NF_ACCEPT, identifier)
            case .drop(let identifier): (NFQNL_MSG_VERDICT.rawValue, NF_DROP, identifier)
            case .acceptThrough(let identifier): (NFQNL_MSG_VERDICT_BATCH.rawValue, NF_ACCEPT, identifier)
            }
        bytes.append(host: UInt32(Self.size))
        bytes.append(host: UInt16(NFNL_SUBSYS_QUEUE) << 8 | UInt16(type))
        bytes.append(host: UInt16(NLM_F_REQUEST))
        bytes.append(host: UInt64(0))  // sequence and port: no answer comes
        bytes.append(host: UInt16(0))  // family and version
        bytes.append(host: queue.bigEndian)
        bytes.append(host: UInt16(12))
        bytes.append(host: UInt16(NFQA_VERDICT_HDR.rawValue))
        bytes.append(host: UInt32(bitPattern: verdict).bigEndian)
        bytes.append(host: identifier.bigEndian)
    }
}

extension [UInt8] {
    @inline(__always)
    fileprivate mutating func append(host number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number) { append(contentsOf: $0) }
    }
}
