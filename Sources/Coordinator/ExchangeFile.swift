package import Foundation
package import Recording

/// The blocks of a recorded load, read one at a time: what is held at once is a block, whatever the run's length.
package struct ExchangeFile {
    private let file: FileHandle
    private let path: String
    private var buffer: [UInt8] = []
    /// Where in the file the buffer begins.
    private var origin = 0
    private let size: Int
    /// Why reading ended before the end of the file; nil while it has not.
    package private(set) var damage: String?

    /// Errors: no such file, or not readable.
    package init(_ url: URL) throws {
        path = url.path
        do {
            file = try FileHandle(forReadingFrom: url)
            size = Int(try file.seekToEnd())
            try file.seek(toOffset: 0)
        } catch {
            throw RunFolderError(
                code: "run.read",
                message: "cannot read \(path): \(error.localizedDescription)"
            )
        }
    }

    /// Bytes that were not read (yet); after the last `next()`, what was lost.
    package var leftover: Int { size - origin }

    /// The next whole block; nil at the end or at damage. Errors: the file cannot be read any more.
    package mutating func next() throws -> ExchangeBlock? {
        guard damage == nil, origin < size else { return nil }
        try fill(ExchangeBlock.headerLength)
        // A length that damage made up asks for no more than there is.
        let length = ExchangeBlock.length(ofBlockWith: buffer) ?? buffer.count
        try fill(min(length, size - origin))
        var reader = ExchangeReader(buffer, origin: origin)
        guard let block = reader.next() else {
            damage = reader.damage
            return nil
        }
        let taken = buffer.count - reader.leftover
        buffer.removeFirst(taken)
        origin += taken
        return block
    }

    /// At least so many bytes in the buffer, if the file has them.
    private mutating func fill(_ count: Int) throws {
        while buffer.count < count {
            do {
                guard let more = try file.read(upToCount: max(count - buffer.count, 1 << 16)), !more.isEmpty
                else { return }
                buffer += more
            } catch {
                throw RunFolderError(
                    code: "run.read",
                    message: "cannot read \(path) from byte \(origin) on: \(error.localizedDescription)"
                )
            }
        }
    }
}
