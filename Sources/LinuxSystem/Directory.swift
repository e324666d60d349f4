import Glibc

/// Folders: what is in one, and making one.
package enum Directory {
    /// The names in it, without "." and "..", unsorted; none when it does not exist.
    package static func entries(_ path: String) throws(SystemError) -> [String] {
        guard let stream = opendir(path) else {
            if errno == ENOENT { return [] }
            throw SystemError("read folder \(path)", errno: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes it and what is above it. Like `mkdir -p`; existing ones keep their mode.
    package static func make(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
        // Somebody may remove an empty one before something is in it.
        for _ in 0..<3 {
            do {
                return try makeOnce(path, mode)
            } catch {
                guard error.errno == ENOENT else { throw error }
            }
        }
        try makeOnce(path, mode)
    }

    private static func makeOnce(_ path: String, _ mode: UInt32) throws(SystemError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/\(part)"
            if mkdir(made, mode_t(mode)) != 0, errno != EEXIST {
                throw SystemError("mkdir \(made)", errno: errno)
            }
        }
    }

    /// The same place without symbolic links, "." and ".."; nil when it is not there. C: realpath.
    package static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    /// Where a symbolic link points; nil when it is none. C: readlink.
    package static func linkTarget(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = readlink(path, start, buffer.count)
            guard count >= 0 else { return nil }
            return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Its number in the file system; of a cgroup, also the kernel's identifier of the group.
    package static func inode(_ path: String) throws(SystemError) -> UInt64 {
        var status = stat()
        try SystemError.check("stat \(path)") { stat(path, &status) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw SystemError("stat \(path)", errno: ENOTDIR) }
        return UInt64(status.st_ino)
    }
}
