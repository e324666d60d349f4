import Faults
package import Journal
import Measures
import Processes
import Undoing

/// Undoes what an earlier agent wrote down and did not undo.
package struct Replay: Sendable, Equatable {
    /// One for each entry, in the words of what was undone.
    package private(set) var lines: [String] = []
    /// How many of them say that something could not be undone.
    package private(set) var failures = 0

    /// Opens the journal and carries out what is open. A damaged one is kept aside, and what can still be read of it is
    /// carried out. Errors: it cannot be opened or read.
    package init(path: String) throws {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/"
        )
        self = try StateLocks.whileUndoing(in: folder) { try Replay(locked: path) }
    }

    private init(locked path: String) throws {
        var salvaged: [String] = []
        let journal: Journal
        do throws(JournalError) {
            journal = try Journal(path: path)
        } catch {
            guard error.kind == .damaged else { throw error }
            journal = try Journal(path: path)
            let count = try Damage.takeOver(into: journal)
            salvaged = [
                error.message,
                "what could still be read of it: \(count) undo\(count == 1 ? "" : "s") to be carried out",
            ]
        }
        try self.init(journal)
        lines = salvaged + lines
    }

    /// Errors: the journal cannot be read.
    package init(_ journal: Journal) throws {
        let boot = (try? Boot.identifier()) ?? ""
        let pending = try journal.open()
        for entry in pending.entries {
            do {
                if entry.isMoot(inBoot: boot), !entry.boot.isEmpty {
                    lines.append("the reboot has undone \(entry.id): \(entry.undo.text)")
                } else {
                    try UndoPerformer.perform(entry.undo)
                    lines.append("undid \(entry.id): \(entry.undo.text)")
                }
            } catch {
                failures += 1
                lines.append("could not undo \(entry.id) (\(entry.undo.text)): \(error)")
                continue
            }
            do { try journal.markDone(entry.id) } catch {
                // Undone all the same; carried out once more at the next start.
                lines.append("the journal could not be told: \(error.message)")
            }
        }
        for entry in pending.unreadable {
            failures += 1
            lines.append(
                "could not undo \(entry.id) of the fault \(entry.fault), which this version cannot read: \(entry.text)"
            )
        }
    }
}
