/// A latency probe or its answer on the wire: 80 bytes, big-endian, of one size both ways. It is another packet than a clock
/// probe since its stamps are the programs': the kernel's lie behind the queues in which an injected delay waits, and would
/// not see it.
///
///     0  magic "FLPT"      8  session           32  T2, 0 in a probe      56  reserved, 0
///     4  version 1        16  sequence          40  T3, 0 in a probe      64  reserved, 0
///     5  kind 1 or 2      24  T1                48  arrived               72  SipHash-2-4 of bytes 0 to 71
///     6  reserved, 0
package struct PathPacket: Sendable, Hashable {
    package enum Kind: UInt8, Sendable {
        case probe = 1
        case answer = 2
    }

    package static let size = 80
    private static let magic: UInt64 = 0x464c_5054
    private static let version: UInt64 = 1

    package var kind: Kind
    package var session: UInt64
    package var sequence: UInt64
    /// T1 and T4 are the prober's, T2 and T3 the other's CLOCK_MONOTONIC, nanoseconds.
    package var sent: Int64
    package var received: Int64 = 0
    package var answered: Int64 = 0
    /// In an answer, bit i: the probe of sequence − i has arrived. So a prober learns on which way others were lost.
    package var arrived: UInt64 = 0

    package init(kind: Kind, session: UInt64, sequence: UInt64, sent: Int64) {
        self.kind = kind
        self.session = session
        self.sequence = sequence
        self.sent = sent
    }

    package func encoded(key: ProbeKey) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        let words: [UInt64] = [
            Self.head(kind), session, sequence, UInt64(bitPattern: sent), UInt64(bitPattern: received),
            UInt64(bitPattern: answered), arrived, 0, 0,
        ]
        for word in words { bytes.append(bigEndian: word) }
        bytes.append(bigEndian: SipHash.code(bytes, key: key))
        return bytes
    }

    /// The session that a packet claims, before its code is checked: which key to check it with.
    package static func session(of bytes: some RandomAccessCollection<UInt8>) -> UInt64? {
        bytes.count == size ? bytes.word(at: 8) : nil
    }

    /// Nil for anything but a packet of this version made with this key.
    package init?(_ bytes: some RandomAccessCollection<UInt8>, key: ProbeKey) {
        guard bytes.count == Self.size, bytes.word(at: 72) == SipHash.code(bytes.prefix(72), key: key),
            let kind = [Kind.probe, .answer].first(where: { Self.head($0) == bytes.word(at: 0) }),
            bytes.word(at: 56) == 0, bytes.word(at: 64) == 0
        else { return nil }
        self.kind = kind
        session = bytes.word(at: 8)
        sequence = bytes.word(at: 16)
        sent = Int64(bitPattern: bytes.word(at: 24))
        received = Int64(bitPattern: bytes.word(at: 32))
        answered = Int64(bitPattern: bytes.word(at: 40))
        arrived = bytes.word(at: 48)
    }

    private static func head(_ kind: Kind) -> UInt64 {
        magic << 32 | version << 24 | UInt64(kind.rawValue) << 16
    }
}
