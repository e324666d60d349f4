import Foundation

/// A damaged journal is kept under another name: what it held may still be wanted, and a new one can be begun.
package enum Damage {
    /// The names that damaged journals of this path were given, oldest first: `recover` names them.
    package static func remains(of path: String) -> [String] {
        (1...99).map { "\(path).damaged-\($0)" }.filter { FileManager.default.fileExists(atPath: $0) }
    }

    static func moveAside(_ path: String, cause: String) -> JournalError {
        let files = FileManager.default
        guard
            let kept = (1...99).map({ "\(path).damaged-\($0)" }).first(where: {
                !files.fileExists(atPath: $0)
            })
        else {
            return JournalError(
                .damaged,
                "The journal \(path) is damaged, as were 99 before it. Look at the disk; then remove \(path).damaged-*.",
                cause: cause
            )
        }
        do {
            try files.moveItem(atPath: path, toPath: kept)
            // The rollback file belongs to what was moved; beside a new journal it would be applied to that.
            if files.fileExists(atPath: path + "-journal") {
                try files.moveItem(atPath: path + "-journal", toPath: kept + "-journal")
            }
        } catch {
            return JournalError(
                .damaged,
                "The journal \(path) is damaged (\(cause)), and it cannot be moved aside: \(error.localizedDescription)",
                cause: cause
            )
        }
        return JournalError(
            .damaged,
            "The journal \(path) is damaged (\(cause)). It was kept as \(kept). Faults that it named may still be in "
                + "force: run `faultline recover`, which also looks at the host itself, or reboot. The next start "
                + "begins an empty journal.",
            cause: cause
        )
    }
}
