import LinuxSystem

/// A pcap file as its format says (man pcap-savefile), read without libpcap: little-endian, as this machine writes it.
struct PcapFile {
    struct Packet {
        /// CLOCK_REALTIME, nanoseconds.
        let stamp: Int64
        /// On the wire.
        let length: Int
        /// What was kept, from the Ethernet header on.
        let bytes: ArraySlice<UInt8>

        /// The destination port of a UDP packet in IPv4 without options; nil for anything else.
        var udpPort: UInt16? {
            let at = bytes.startIndex
            guard bytes.count >= 42, bytes[at + 12] == 8, bytes[at + 13] == 0, bytes[at + 14] == 0x45,
                bytes[at + 23] == 17
            else { return nil }
            return UInt16(bytes[at + 36]) << 8 | UInt16(bytes[at + 37])
        }

        /// 8 for an ICMP echo request, 0 for its answer; nil for anything else.
        var icmpType: UInt8? {
            let at = bytes.startIndex
            guard bytes.count >= 42, bytes[at + 12] == 8, bytes[at + 13] == 0, bytes[at + 23] == 1 else {
                return nil
            }
            return bytes[at + 34]
        }
    }

    struct Malformed: Error {
        let reason: String
    }

    let magic: UInt32
    let version: (major: UInt16, minor: UInt16)
    let snapshotLength: UInt32
    let linkType: UInt32
    let packets: [Packet]
    /// Of the whole file.
    let size: Int

    /// The file of this number in the ring of a path.
    static func path(_ path: String, _ number: Int) -> String { path.dropLast(5) + ".\(number).pcap" }

    /// One file of a ring. Throws when it ends within a record.
    init(_ path: String, number: Int = 1) throws {
        let bytes = try FileContents.read(Self.path(path, number))
        guard bytes.count >= 24 else { throw Malformed(reason: "\(bytes.count) bytes, no header") }
        func word(_ at: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) }
        }
        magic = word(0)
        version = (UInt16(word(4) & 0xffff), UInt16(word(4) >> 16))
        snapshotLength = word(16)
        linkType = word(20)
        var packets: [Packet] = []
        var at = 24
        while at < bytes.count {
            guard at + 16 <= bytes.count, at + 16 + Int(word(at + 8)) <= bytes.count else {
                throw Malformed(reason: "ends within record \(packets.count)")
            }
            let stamp = Int64(word(at)) * 1_000_000_000 + Int64(word(at + 4))
            let end = at + 16 + Int(word(at + 8))
            packets.append(
                Packet(stamp: stamp, length: Int(word(at + 12)), bytes: bytes[(at + 16)..<end])
            )
            at = end
        }
        self.packets = packets
        size = bytes.count
    }
}
