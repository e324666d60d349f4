import Glibc
import LinuxSystem

/// The end of a file that another process appends to: gives each whole line once, also after the file was cut off or
/// another was put in its place.
package struct LogTail: ~Copyable {
    /// Bytes of a line; the rest of a longer one is passed over.
    package static let longest = 8_192
    /// Read at once, bytes.
    private static let chunk = 65_536
    /// In one look: a writer that is faster is caught up with in later ones.
    private static let mostChunks = 16

    package let path: String
    private var file: OwnedDescriptor?
    private var inode: UInt64 = 0
    private var position = 0
    private var partial: [UInt8] = []
    private var isTooLong = false
    private var buffer = [UInt8](repeating: 0, count: chunk)

    /// Begins at the present end; a file that comes later is read from its beginning.
    package init(_ path: String) {
        self.path = path
        open(atEnd: true)
    }

    /// False while there is no file.
    package var isOpen: Bool { file != nil }

    /// The lines that have become whole since the last look, without their ends, and whether all there was has been read.
    package mutating func look() -> (lines: [[UInt8]], isAtEnd: Bool) {
        var lines: [[UInt8]] = []
        guard let number = file?.number else { return ([], true) }
        for _ in 0..<Self.mostChunks {
            let count = pread(number, &buffer, Self.chunk, position)
            guard count > 0 else { return (lines, true) }
            position += count
            take(buffer[..<count], &lines)
            if count < Self.chunk { return (lines, true) }
        }
        return (lines, false)
    }

    /// Notices that the file was cut off, or that there is another one. To be called now and then, when all was read.
    package mutating func follow() {
        guard let number = file?.number else { return open(atEnd: false) }
        var status = stat()
        if fstat(number, &status) == 0, status.st_size < position { begin(at: 0) }
        if stat(path, &status) == 0, UInt64(status.st_ino) != inode { open(atEnd: false) }
    }

    private mutating func open(atEnd: Bool) {
        var status = stat()
        guard let opened = try? OwnedDescriptor(opening: path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY),
            fstat(opened.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG
        else { return }
        inode = UInt64(status.st_ino)
        file = consume opened
        begin(at: atEnd ? status.st_size : 0)
    }

    private mutating func begin(at position: Int) {
        self.position = position
        partial = []
        isTooLong = false
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>, _ lines: inout [[UInt8]]) {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(rest[..<end])
            if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
            lines.append(partial)
            partial.removeAll(keepingCapacity: true)
            isTooLong = false
            rest = rest[(end + 1)...]
        }
        keep(rest)
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        guard !isTooLong else { return }
        let room = Self.longest - partial.count
        partial += bytes.prefix(room)
        isTooLong = bytes.count > room
    }
}
