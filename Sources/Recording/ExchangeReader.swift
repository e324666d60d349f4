/// Reads the blocks of a recording's bytes, in order. A torn or damaged tail (a coordinator that died, a full disk) ends
/// the reading after the last whole block; `leftover` and `damage` then say how much and why. Never traps.
package struct ExchangeReader: Sendable {
    private let bytes: [UInt8]
    private let origin: Int
    private var position = 0
    /// Why reading ended before the end of the bytes; nil while it has not.
    package private(set) var damage: String?

    /// `origin`: where in their file the bytes begin, for what is said of damage.
    package init(_ bytes: [UInt8], origin: Int = 0) {
        self.bytes = bytes
        self.origin = origin
    }

    /// Bytes that were not read (yet); after the last `next()`, what was lost.
    package var leftover: Int { bytes.count - position }

    /// The next whole block; nil at the end or at damage.
    package mutating func next() -> ExchangeBlock? {
        guard damage == nil, position < bytes.count else { return nil }
        let start = position
        let result = bytes.withUnsafeBufferPointer { Self.read($0, at: start) }
        switch result {
        case .success(let (block, length)):
            position += length
            return block
        case .failure(let damage):
            self.damage = "at byte \(origin + start): \(damage.reason)"
            return nil
        }
    }

    /// Everything that is whole.
    package static func readAll(_ bytes: [UInt8]) -> (blocks: [ExchangeBlock], leftover: Int, damage: String?)
    {
        var reader = ExchangeReader(bytes)
        var blocks: [ExchangeBlock] = []
        while let block = reader.next() { blocks.append(block) }
        return (blocks, reader.leftover, reader.damage)
    }

    private struct Damage: Error {
        let reason: String
    }

    private static func read(
        _ bytes: UnsafeBufferPointer<UInt8>,
        at start: Int
    ) -> Result<(ExchangeBlock, Int), Damage> {
        var cursor = ByteCursor(UnsafeBufferPointer(rebasing: bytes[start...]))
        guard cursor.remaining >= ExchangeBlock.headerLength else {
            return .failure(Damage(reason: "the header is cut off"))
        }
        guard bytes[start..<(start + 4)].elementsEqual(ExchangeBlock.magic), cursor.fixed(UInt32.self) != nil
        else {
            return .failure(Damage(reason: "no block begins here"))
        }
        guard let version = cursor.fixed(UInt8.self), let sender = cursor.fixed(UInt8.self),
            let load = cursor.fixed(UInt16.self), let count = cursor.fixed(UInt32.self),
            let length = cursor.fixed(UInt32.self), let stored = cursor.fixed(UInt32.self)
        else { return .failure(Damage(reason: "the header is cut off")) }
        guard (ExchangeBlock.version...ExchangeBlock.versionSetUp).contains(version) else {
            return .failure(
                Damage(reason: "version \(version) is unknown here; read it with the Faultline that wrote it")
            )
        }
        guard Int(length) <= cursor.remaining else {
            return .failure(
                Damage(reason: "the block is cut off: \(cursor.remaining) of \(length) bytes are there")
            )
        }
        let covered = UnsafeBufferPointer(rebasing: bytes[(start + 4)..<(start + 16)])
        let begin = start + ExchangeBlock.headerLength
        let payload = UnsafeBufferPointer(rebasing: bytes[begin..<(begin + Int(length))])
        guard CRC32C.checksum(payload, after: CRC32C.checksum(covered)) == stored else {
            return .failure(Damage(reason: "the checksum is wrong"))
        }
        guard let exchanges = ExchangeColumns.decode(payload, count: Int(count), version: version)
        else {
            return .failure(Damage(reason: "the columns are not those of \(count) exchanges"))
        }
        return .success(
            (
                ExchangeBlock(load: load, sender: sender, exchanges: exchanges),
                ExchangeBlock.headerLength + Int(length)
            )
        )
    }
}
