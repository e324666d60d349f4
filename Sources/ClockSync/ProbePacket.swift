import ReferenceTime

/// A probe, its answer or its follow-up on the wire, big-endian. Answer and follow-up have 80 bytes each and a probe 160,
/// the rest zero: whoever repeats a probe with another's address makes no more bytes than it sends.
///
///     0  magic "FLCK"      8  session      32  T2, 0 in a probe                         56  reference's epoch
///     4  version 2        16  sequence     40  T3, 0 in a probe                         64  half-width of the slew
///     5  kind 1, 2, 3     24  T1           48  reference's MONOTONIC − MONOTONIC_RAW    72  SipHash-2-4 of 0 to 71
///     6  flags: 1 the kernel stamped T2, 2 the kernel stamped T3
///     7  reserved, 0
///
/// A follow-up is its answer with another T3: T2 tells which answer it is of, if a probe was answered twice.
package struct ProbePacket: Sendable, Hashable {
    package enum Kind: UInt8, Sendable, CaseIterable {
        case probe = 1
        case answer = 2
        /// T3 once more, as the kernel stamped it: known only after the answer is gone.
        case followUp = 3

        package var size: Int { self == .probe ? 160 : 80 }
    }

    package struct Flags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let kernelReceived = Flags(rawValue: 1)
        package static let kernelAnswered = Flags(rawValue: 2)
    }

    /// Of the longest packet.
    package static let longest = Kind.probe.size
    private static let signed = 72
    private static let magic: UInt32 = 0x464c_434b
    private static let version: UInt8 = 2

    package var kind: Kind
    package var flags: Flags = []
    package var session: UInt64
    package var sequence: UInt64
    /// T1, T2, T3 in nanoseconds, as in `ClockExchange`.
    package var sent: Int64
    package var received: Int64 = 0
    package var answered: Int64 = 0
    /// As in `ClockSlew`, of the reference.
    package var slew: Int64 = 0
    package var slewHalfWidth: Int64 = 0
    /// Differs when the reference is another clock than before: another process, another boot, a suspend.
    package var referenceEpoch: UInt64 = 0

    package init(kind: Kind, session: UInt64, sequence: UInt64, sent: Int64) {
        self.kind = kind
        self.session = session
        self.sequence = sequence
        self.sent = sent
    }

    package func encoded(key: ProbeKey) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(kind.size)
        bytes.append(bigEndian: Self.magic)
        bytes += [Self.version, kind.rawValue, flags.rawValue, 0]
        bytes.append(bigEndian: session)
        bytes.append(bigEndian: sequence)
        for word in [sent, received, answered, slew] { bytes.append(bigEndian: word) }
        bytes.append(bigEndian: referenceEpoch)
        bytes.append(bigEndian: slewHalfWidth)
        bytes.append(bigEndian: SipHash.code(bytes, key: key))
        bytes.append(contentsOf: repeatElement(0, count: kind.size - bytes.count))
        return bytes
    }

    /// The session that a probe claims, before its code is checked: which key to check it with.
    package static func session(of bytes: some RandomAccessCollection<UInt8>) -> UInt64? {
        guard bytes.count == Kind.probe.size else { return nil }
        return bytes.word(at: 8)
    }

    /// Nil for anything but a packet of this version, of this kind, made with this key.
    package init?(_ bytes: some RandomAccessCollection<UInt8>, kind: Kind, key: ProbeKey) {
        guard bytes.count == kind.size,
            bytes.word(at: Self.signed) == SipHash.code(bytes.prefix(Self.signed), key: key)
        else { return nil }
        self.init(unchecked: bytes, kind: kind)
    }

    /// A packet of this host's own, at the end of the frame that the kernel shows with its transmit stamp. Its code is not
    /// checked: nobody but the kernel gives frames there.
    package init?(ownFrame frame: some RandomAccessCollection<UInt8>, kind: Kind) {
        guard frame.count >= kind.size else { return nil }
        self.init(unchecked: frame.suffix(kind.size), kind: kind)
    }

    private init?(unchecked bytes: some RandomAccessCollection<UInt8>, kind: Kind) {
        let head = bytes.word(at: 0)
        guard head >> 16 == UInt64(Self.magic) << 16 | UInt64(Self.version) << 8 | UInt64(kind.rawValue),
            head & 0xff == 0, bytes.dropFirst(Self.signed + 8).allSatisfy({ $0 == 0 })
        else { return nil }
        self.kind = kind
        flags = Flags(rawValue: UInt8(truncatingIfNeeded: head >> 8))
        session = bytes.word(at: 8)
        sequence = bytes.word(at: 16)
        sent = Int64(bitPattern: bytes.word(at: 24))
        received = Int64(bitPattern: bytes.word(at: 32))
        answered = Int64(bitPattern: bytes.word(at: 40))
        slew = Int64(bitPattern: bytes.word(at: 48))
        referenceEpoch = bytes.word(at: 56)
        slewHalfWidth = Int64(bitPattern: bytes.word(at: 64))
        guard ClockExchange.widths.contains(slewHalfWidth) else { return nil }
    }
}
