import Faults
import Journal
import LinuxSystem
import Undoing

/// Keeps undos with the guardian and in the journal: either alone is enough, and both know before a change is made.
final class UndoStore: UndoKeeper {
    private let guardian: GuardianLink
    private let journal: Journal
    private let boot: String

    init(guardian: GuardianLink, journal: Journal) {
        self.guardian = guardian
        self.journal = journal
        boot = (try? FileContents.text("/proc/sys/kernel/random/boot_id", limit: 256)) ?? ""
    }

    func keep(_ undo: Undo, id: String, fault: String) throws {
        try journal.record(
            UndoEntry(id: id, fault: fault, undo: undo, writtenAt: Clocks.realtime(), boot: boot)
        )
        do {
            try guardian.send(.keep(id: id, undo: undo))
        } catch {
            _ = try? journal.markDone(id)
            throw error
        }
    }

    /// Until when this process may act without a word to the guardian; nil: no run is open. A guardian that does not
    /// listen has ended, and the journal is left.
    func lease(until: Int64?) {
        try? guardian.send(.lease(until: until))
    }

    func release(id: String) throws {
        // The guardian may be dead already; the journal must still forget.
        try? guardian.send(.release(id: id))
        try journal.markDone(id)
    }
}
