import LinuxSystem

#if canImport(Glibc)
import Glibc
#endif

/// A lock that ends with its holder, whatever ends that. C: `flock`.
package struct FolderLock: ~Copyable {
    private let file: OwnedDescriptor

    /// Waits for at most so long (nanoseconds) while another holds it; nil: another still does.
    /// Errors: the file cannot be opened.
    package init?(_ path: String, patience: Int64 = 0) throws {
        let file = try OwnedDescriptor(opening: path, flags: O_RDWR | O_CREAT, mode: 0o600)
        let deadline = Clocks.monotonic() + patience
        while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
            guard Clocks.monotonic() < deadline else { return nil }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 2_000_000)
        }
        self.file = file
    }
}

/// The locks of an agent's state folder.
package enum StateLocks {
    /// Held by an agent for as long as it lives.
    package static func ofAgent(in folder: String) -> String { "\(folder)/agent.lock" }

    /// Held while undos are carried out: a guardian and the next agent, or `recover`, may come to it at once, and each
    /// would start a service that it does not see running.
    static func ofUndoing(in folder: String) -> String { "\(folder)/undoing.lock" }

    /// Errors: none of the lock, which is better done without than not done.
    static func whileUndoing<Value>(in folder: String, _ body: () throws -> Value) rethrows -> Value {
        let lock = try? FolderLock(ofUndoing(in: folder), patience: 10_000_000_000)
        let value = try body()
        _ = consume lock
        return value
    }
}
