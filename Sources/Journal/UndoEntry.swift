package import Undoing

/// One line of the journal: what has to be undone, since when, and for which fault.
package struct UndoEntry: Hashable, Sendable {
    package enum State: String, Sendable {
        case open
        case done
    }

    /// Unique in the journal.
    package let id: String
    /// The fault's name in the experiment file.
    package let fault: String
    package let undo: Undo
    /// CLOCK_REALTIME in nanoseconds since 1970, for people.
    package let writtenAt: Int64
    /// /proc/sys/kernel/random/boot_id of the boot in which it was written.
    package let boot: String
    package internal(set) var state: State

    package init(id: String, fault: String, undo: Undo, writtenAt: Int64, boot: String, state: State = .open)
    {
        self.id = id
        self.fault = fault
        self.undo = undo
        self.writtenAt = writtenAt
        self.boot = boot
        self.state = state
    }

    /// Pids, qdiscs and the like of an earlier boot are gone with it; their numbers may be another's now.
    package func isMoot(inBoot current: String) -> Bool { boot != current && undo.endsWithBoot }
}
