import Glibc

/// By what one sees that a file has changed: which file it is, how long, and written when.
package struct FileStamp: Sendable, Equatable {
    private let inode: UInt64
    private let size: Int64
    private let seconds: Int
    private let nanoseconds: Int
    /// Everybody on this machine may read or write it, or look into it.
    package let isOpenToAll: Bool

    /// nil: it is not there. C: `stat`.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
        isOpenToAll = status.st_mode & 0o007 != 0
    }
}
