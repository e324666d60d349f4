import Glibc
import LinuxSystem

/// A file without a name: it is gone with the last descriptor, that is with its process, whatever ends that.
enum UnlinkedFile {
    /// C: `open(O_TMPFILE)`; where the file system has none, a file whose name is taken away at once, while it is empty.
    static func open(in folder: String) throws(SystemError) -> OwnedDescriptor {
        // O_TMPFILE is behind _GNU_SOURCE; its own bit is the same on every architecture that Swift runs on.
        let temporary = 0o20000000 | O_DIRECTORY
        do {
            return try OwnedDescriptor(opening: folder, flags: O_RDWR | temporary, mode: 0o600)
        } catch {
            guard [EOPNOTSUPP, EISDIR, EINVAL].contains(error.errno) else { throw error }
        }
        let path = "\(folder)/.faultline-\(getpid())-\(Clocks.monotonic())"
        let file = try OwnedDescriptor(opening: path, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        try SystemError.check("unlink \(path)") { unlink(path) }
        return file
    }
}
