import Glibc

/// Whole small files: read at once, written all or not at all.
package enum FileContents {
    /// The whole file, also of /proc and /sys, whose sizes say 0. More than `limit` bytes is an error, not a cut.
    package static func read(_ path: String, limit: Int = 16 << 20) throws(SystemError) -> [UInt8] {
        let descriptor = try OwnedDescriptor(opening: path, flags: O_RDONLY)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = try SystemError.check("read \(path)") {
                Glibc.read(descriptor.number, &chunk, chunk.count)
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else {
                throw SystemError("read \(path)", refused: "longer than \(limit) bytes")
            }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// As text; bytes that are no UTF-8 become U+FFFD.
    package static func text(_ path: String, limit: Int = 16 << 20) throws(SystemError) -> String {
        String(decoding: try read(path, limit: limit), as: UTF8.self)
    }

    /// Replaces the file in one step: a reader sees the old or the new, a crash leaves the old or the new.
    /// `sync`: returns only when it is on the disk, the folder's entry included.
    package static func writeAtomically(
        _ bytes: [UInt8],
        to path: String,
        mode: UInt32 = 0o644,
        sync: Bool = true
    ) throws(SystemError) {
        let temporary = "\(path).\(getpid())-\(CurrentThread.identifier).new"
        do throws(SystemError) {
            let descriptor = try OwnedDescriptor(
                opening: temporary,
                flags: O_WRONLY | O_CREAT | O_TRUNC,
                mode: mode
            )
            try write(bytes, to: descriptor, path: temporary)
            if sync { try SystemError.check("fsync \(temporary)") { fsync(descriptor.number) } }
            try SystemError.check("rename to \(path)") { rename(temporary, path) }
        } catch {
            unlink(temporary)
            throw error
        }
        if sync {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            let folder = parts.isEmpty ? "." : parts == [""] ? "/" : parts.joined(separator: "/")
            let descriptor = try OwnedDescriptor(opening: folder, flags: O_RDONLY | O_DIRECTORY)
            try SystemError.check("fsync \(folder)") { fsync(descriptor.number) }
        }
    }

    /// All bytes to an existing file in one go, for the likes of /proc/sys and cgroup files.
    package static func write(_ text: String, toExisting path: String) throws(SystemError) {
        let descriptor = try OwnedDescriptor(opening: path, flags: O_WRONLY)
        try write(Array(text.utf8), to: descriptor, path: path)
    }

    private static func write(
        _ bytes: [UInt8],
        to descriptor: borrowing OwnedDescriptor,
        path: String
    ) throws(SystemError) {
        let number = descriptor.number
        var done = 0
        while done < bytes.count {
            done += try SystemError.check("write \(path)") {
                bytes.withUnsafeBytes {
                    Glibc.write(number, $0.baseAddress?.advanced(by: done), $0.count - done)
                }
            }
        }
    }
}
