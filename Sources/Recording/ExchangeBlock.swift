/// Some exchanges of one load, about a second of them, as they stand in recording/exchanges.bin: a file is blocks one
/// after the other and nothing else, so it can be appended to, cut off anywhere and joined with `cat`.
///
/// Little-endian; 20 bytes of header, then the payload:
///
///     offset  bytes  what
///          0      4  magic "FLX1"
///          4      1  version, 1; 2 where `onWire` is recorded; 3 where set-up times are
///          5      1  the host that sent: its place among the load's senders, 0 where there is one
///          6      2  the load: its index in the plan's order
///          8      4  count of exchanges
///         12      4  length of the payload
///         16      4  CRC-32C of bytes 4 to 15 and of the payload
///
/// The payload is columns, in nanoseconds, each value a zigzag varint (see `ByteWriter.signed`):
/// one byte for the intended column's order d (1: differences; 2: differences of differences, one byte a request at a
/// steady rate, whichever is shorter), the intended instants, sent − intended, firstByte − sent, done − firstByte;
/// then the outcomes as runs (code, length), both varints. Differences wrap, so every value survives.
/// Steady traffic takes 7 to 9 bytes an exchange.
///
/// Version 2 goes on with what finds the packets: the ports as zigzag varints, each less the one before (0: not sent, no
/// `onWire`), then written − sent of those that have one. Five bytes more, and only where a capture is made.
///
/// Version 3 begins with a byte, 1 where the columns of version 2 are there and 0 where not, then goes on as 2 or 1. At
/// the end stand the set-up times: their count as a varint, then for each the exchanges since the one before as a varint,
/// and its connect, secure and admit as zigzag varints.
package struct ExchangeBlock: Sendable, Equatable {
    /// Index in the plan's order of loads.
    package var load: UInt16
    /// Place among the load's senders.
    package var sender: UInt8
    /// In the order in which they ended, not by intended start.
    package var exchanges: [Exchange]

    package init(load: UInt16, sender: UInt8 = 0, exchanges: [Exchange]) {
        self.load = load
        self.sender = sender
        self.exchanges = exchanges
    }

    static let magic: [UInt8] = Array("FLX1".utf8)
    static let version: UInt8 = 1
    static let versionOnWire: UInt8 = 2
    static let versionSetUp: UInt8 = 3
    package static let headerLength = 20

    /// Bytes of the block that begins so, its header included; nil: no whole header of a block.
    package static func length(ofBlockWith start: [UInt8]) -> Int? {
        guard start.count >= headerLength, start.starts(with: magic) else { return nil }
        return headerLength + start[12..<16].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// The whole block. More than 2^24 exchanges become several blocks.
    package func encoded() -> [UInt8] {
        Self.encode(exchanges, load: load, sender: sender)
    }

    package static func encode(_ exchanges: [Exchange], load: UInt16, sender: UInt8 = 0) -> [UInt8] {
        let most = 1 << 24
        var bytes: [UInt8] = []
        var start = 0
        repeat {
            let end = min(start + most, exchanges.count)
            bytes += block(exchanges[start..<end], load: load, sender: sender)
            start = end
        } while start < exchanges.count
        return bytes
    }

    private static func block(_ exchanges: ArraySlice<Exchange>, load: UInt16, sender: UInt8) -> [UInt8] {
        let isOnWire = exchanges.contains { $0.onWire != nil }
        let hasSetUps = exchanges.contains { $0.setUp != nil }
        let payload = ExchangeColumns.encode(exchanges, onWire: isOnWire, setUps: hasSetUps)
        var covered = ByteWriter(reserving: 12)
        covered.fixed(hasSetUps ? versionSetUp : isOnWire ? versionOnWire : version)
        covered.fixed(sender)
        covered.fixed(load)
        covered.fixed(UInt32(exchanges.count))
        covered.fixed(UInt32(payload.count))
        var crc = covered.bytes.withUnsafeBufferPointer { CRC32C.checksum($0) }
        crc = payload.withUnsafeBufferPointer { CRC32C.checksum($0, after: crc) }
        var block = ByteWriter(reserving: headerLength + payload.count)
        block.append(magic)
        block.append(covered.bytes)
        block.fixed(crc)
        block.append(payload)
        return block.bytes
    }
}
