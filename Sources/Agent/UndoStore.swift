import Faults
package import Journal
import LinuxSystem
import Processes
import Synchronization
package import Undoing

/// Keeps undos with the guardian and in the journal: either alone is enough, and both know before a change is made.
package final class UndoStore: UndoKeeper {
    private let guardian: GuardianPost
    private let journal: Journal
    private let boot: String
    /// Undone, and still open in the journal, which could not be written.
    private let unforgotten = Mutex<[String: String]>([:])

    package init(guardian: GuardianPost, journal: Journal) {
        self.guardian = guardian
        self.journal = journal
        boot = (try? Boot.identifier()) ?? ""
    }

    package func keep(_ undo: Undo, id: String, fault: String) throws {
        // An id that is used again must not be forgotten later on.
        unforgotten.withLock { $0[id] = nil }
        try journal.record(
            UndoEntry(id: id, fault: fault, undo: undo, writtenAt: Clocks.realtime(), boot: boot)
        )
        do {
            try guardian.keep(undo, id: id)
        } catch {
            forget(id)
            throw error
        }
    }

    /// Errors: there is no guardian, and none can be had.
    func checkGuarded() throws { try guardian.check() }

    package func sharpen(_ undo: Undo, id: String) { try? guardian.keep(undo, id: id) }

    /// Until when this process may act without a word to the guardian; nil: no run is open. A guardian that does not
    /// listen has ended, and the journal is left.
    func lease(until: Int64?) { try? guardian.lease(until: until) }

    /// The change is back: that the disk is full, and cannot be told, is no reason to call it not healed.
    package func release(id: String) {
        try? guardian.release(id: id)
        forget(id)
    }

    /// What the journal still has to be told, tried once more: a line each. An undo that is carried out again changes
    /// nothing, as a rule; of a service that somebody stops by hand later it does.
    package func stillOpen() -> [String] {
        for id in unforgotten.withLock({ Array($0.keys) }) { forget(id) }
        return unforgotten.withLock { left in
            left.sorted { $0.key < $1.key }.map { id, cause in
                "\(id) is healed, but the journal could not be told: \(cause)"
            }
        }
    }

    private func forget(_ id: String) {
        do {
            try journal.markDone(id)
            unforgotten.withLock { $0[id] = nil }
        } catch {
            unforgotten.withLock { $0[id] = error.message }
        }
    }
}
