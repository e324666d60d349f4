/// A probe or its answer on the wire: 80 bytes, big-endian, of the same size both ways so that no answer is larger than
/// what asked for it.
///
///     0  magic "FLCK"      8  session           32  T2, 0 in a probe      56  reference's epoch
///     4  version 1        16  sequence          40  T3, 0 in a probe      64  reserved, 0
///     5  kind 1 or 2      24  T1                48  reserved, 0           72  SipHash-2-4 of bytes 0 to 71
///     6  reserved, 0
package struct ProbePacket: Sendable, Hashable {
    package enum Kind: UInt8, Sendable {
        case probe = 1
        case answer = 2
    }

    package static let size = 80
    private static let magic: UInt32 = 0x464c_434b
    private static let version: UInt8 = 1

    package var kind: Kind
    package var session: UInt64
    package var sequence: UInt64
    /// T1, T2, T3 in nanoseconds, as in `ClockExchange`.
    package var sent: Int64
    package var received: Int64 = 0
    package var answered: Int64 = 0
    /// Differs when the reference is another clock than before: another process, another boot.
    package var referenceEpoch: UInt64 = 0

    package init(kind: Kind, session: UInt64, sequence: UInt64, sent: Int64) {
        self.kind = kind
        self.session = session
        self.sequence = sequence
        self.sent = sent
    }

    package func encoded(key: ProbeKey) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        Self.append(Self.magic, to: &bytes)
        bytes += [Self.version, kind.rawValue, 0, 0]
        for word in [session, sequence, UInt64(bitPattern: sent), UInt64(bitPattern: received)] {
            Self.append(word, to: &bytes)
        }
        for word in [UInt64(bitPattern: answered), 0, referenceEpoch, 0] { Self.append(word, to: &bytes) }
        Self.append(SipHash.code(bytes, key: key), to: &bytes)
        return bytes
    }

    /// The session that a packet claims, before its code is checked: which key to check it with.
    package static func session(of bytes: some RandomAccessCollection<UInt8>) -> UInt64? {
        guard bytes.count == size else { return nil }
        return word(bytes, 8)
    }

    /// Nil for anything but a packet of this version, of this kind, made with this key.
    package init?(_ bytes: some RandomAccessCollection<UInt8>, kind: Kind, key: ProbeKey) {
        guard bytes.count == Self.size, Self.word(bytes, 72) == SipHash.code(bytes.prefix(72), key: key),
            Self.word(bytes, 0) == UInt64(Self.magic) << 32 | UInt64(Self.version) << 24 | UInt64(
                kind.rawValue
            ) << 16,
            Self.word(bytes, 48) == 0, Self.word(bytes, 64) == 0
        else { return nil }
        self.kind = kind
        self.session = Self.word(bytes, 8)
        self.sequence = Self.word(bytes, 16)
        self.sent = Int64(bitPattern: Self.word(bytes, 24))
        self.received = Int64(bitPattern: Self.word(bytes, 32))
        self.answered = Int64(bitPattern: Self.word(bytes, 40))
        self.referenceEpoch = Self.word(bytes, 56)
    }

    private static func append(_ word: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private static func word(_ bytes: some RandomAccessCollection<UInt8>, _ offset: Int) -> UInt64 {
        bytes.dropFirst(offset).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
