import CLinux
import Synchronization

/// How many descriptors a process may have open (RLIMIT_NOFILE, getrlimit(2)). Shells and systemd give 1,024 softly, for the
/// sake of programs that use select(2), and allow many more; a load of some thousand connections and a coordinator of some
/// thousand agents need them.
package enum OpenFiles {
    /// More would cost programs that keep a table of them.
    private static let most: UInt64 = 1 << 20
    /// The soft limit that this process was started with; nil: it was not raised.
    private static let inherited = Mutex<UInt64?>(nil)

    /// As far as the host allows, at most 1,048,576. What this process starts gets the limit that it had itself.
    package static func raiseLimit() {
        inherited.withLock { inherited in
            guard inherited == nil else { return }
            var before: UInt64 = 0
            if clinux_raise_files(most, &before) == 0 { inherited = before }
        }
    }

    /// For a process that was just started.
    package static func restoreLimit(of pid: Int32) {
        guard let soft = inherited.withLock({ $0 }) else { return }
        _ = clinux_limit_files(pid, soft)
    }
}
