// The words of this target: a *capture file* holds *records*, one a packet, each with a stamp and the packet's first bytes
// from its *link layer* on; a *segment* is what a packet carries of one TCP connection.

/// Reads a pcap file (man pcap-savefile; draft-ietf-opsawg-pcap): either byte order, stamps in microseconds or nanoseconds.
/// It never traps, whatever the bytes are; a file that is cut off or damaged ends after its last whole record, and `damage`
/// says so. One file is held at a time; nothing of it is copied.
package struct CaptureFile: Sendable {
    /// One packet.
    package struct Record: Sendable, Equatable {
        /// Nanoseconds since 1970 of the capturing host's CLOCK_REALTIME.
        package let stamp: Int64
        /// What was kept of it: a range of the file's bytes.
        package let kept: Range<Int>
        /// Bytes on the wire, the link layer's included.
        package let length: Int
    }

    package let bytes: [UInt8]
    /// LINKTYPE_ of the file's packets.
    package let linkType: UInt32
    /// Why reading ended before the end of the bytes; nil while it has not.
    package private(set) var damage: String?
    private let isBigEndian: Bool
    private let isNanoseconds: Bool
    private var position = 24

    /// A record cannot be longer; a greater length is damage. The greatest snapshot length of libpcap.
    private static let longestRecord = 262_144

    /// nil: no pcap file. (pcapng has another magic number, and is none.)
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 24 else { return nil }
        let magic = Self.word(bytes, 0, isBigEndian: false)
        switch magic {
        case 0xa1b2_c3d4: (isBigEndian, isNanoseconds) = (false, false)
        case 0xa1b2_3c4d: (isBigEndian, isNanoseconds) = (false, true)
        case 0xd4c3_b2a1: (isBigEndian, isNanoseconds) = (true, false)
        case 0x4d3c_b2a1: (isBigEndian, isNanoseconds) = (true, true)
        default: return nil
        }
        // The upper bits may tell of a checksum at the packets' ends, which nobody writes.
        linkType = Self.word(bytes, 20, isBigEndian: isBigEndian) & 0xffff
        self.bytes = bytes
    }

    /// The next whole record; nil at the end or at damage.
    package mutating func next() -> Record? {
        guard damage == nil, position < bytes.count else { return nil }
        guard bytes.count - position >= 16 else { return ended("within the header of a record") }
        let seconds = Int64(Self.word(bytes, position, isBigEndian: isBigEndian))
        let fraction = Int64(Self.word(bytes, position + 4, isBigEndian: isBigEndian))
        let kept = Int(Self.word(bytes, position + 8, isBigEndian: isBigEndian))
        let length = Int(Self.word(bytes, position + 12, isBigEndian: isBigEndian))
        guard kept <= Self.longestRecord, fraction < (isNanoseconds ? 1_000_000_000 : 1_000_000) else {
            damage = "no record begins at byte \(position)"
            return nil
        }
        let start = position + 16
        guard bytes.count - start >= kept else { return ended("within a record") }
        position = start + kept
        return Record(
            stamp: seconds * 1_000_000_000 + (isNanoseconds ? fraction : fraction * 1000),
            kept: start..<position,
            length: max(length, kept)
        )
    }

    private mutating func ended(_ place: String) -> Record? {
        damage = "the file ends \(place)"
        return nil
    }

    private static func word(_ bytes: [UInt8], _ at: Int, isBigEndian: Bool) -> UInt32 {
        let word =
            UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8
            | UInt32(bytes[at + 3])
        return isBigEndian ? word : word.byteSwapped
    }
}
