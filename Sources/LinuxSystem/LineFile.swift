import Glibc
import Synchronization

/// A file of lines that only grows, up to a size; then it becomes `NAME.1`, the one before that `NAME.2`, and the oldest goes.
/// A line is written in one go, so that a crash tears the last one at most; the next begins on a line of its own.
package final class LineFile: Sendable {
    package let path: String
    /// Bytes of one file.
    private let most: Int
    /// In all, the one that grows included.
    private let files: Int
    /// Whether the last line may be without its end: somebody died, or the disk was full.
    private let isTorn = Mutex(true)

    package init(_ path: String, most: Int, files: Int) {
        self.path = path
        self.most = most
        self.files = max(1, files)
    }

    /// `line`: without its end. `sync`: on the disk when it returns. Errors: it is not, or not whole.
    package func append(_ line: [UInt8], sync: Bool = false) throws(SystemError) {
        let path = path
        try isTorn.withLock { torn throws(SystemError) in
            if Self.size(path) + line.count + 1 > most { turn() }
            let descriptor = try OwnedDescriptor(
                opening: path,
                flags: O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW,
                mode: 0o640
            )
            let number = descriptor.number
            var bytes = line + [UInt8(ascii: "\n")]
            if torn, Self.endsInside(number, Self.size(path)) { bytes.insert(UInt8(ascii: "\n"), at: 0) }
            torn = true
            let written = try SystemError.check("write \(path)") {
                bytes.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
            }
            guard written == bytes.count else {
                throw SystemError(
                    "write \(path)",
                    refused: "only \(written) of \(bytes.count) bytes were written"
                )
            }
            torn = false
            if sync { try SystemError.check("fsync \(path)") { fsync(number) } }
        }
    }

    /// One that is missing in between stays missing: what cannot be moved is written over, never waited for.
    private func turn() {
        if files == 1 { unlink(path) }
        for number in stride(from: files - 1, to: 0, by: -1) {
            rename(number == 1 ? path : "\(path).\(number - 1)", "\(path).\(number)")
        }
    }

    private static func size(_ path: String) -> Int {
        var status = stat()
        return lstat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private static func endsInside(_ number: Int32, _ size: Int) -> Bool {
        var last: UInt8 = 0
        return size > 0 && pread(number, &last, 1, off_t(size - 1)) == 1 && last != UInt8(ascii: "\n")
    }
}
