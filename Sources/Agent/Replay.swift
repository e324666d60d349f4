import Faults
package import Journal
import Measures
import Undoing

/// Undoes what an earlier agent wrote down and did not undo.
package enum Replay {
    /// One line for each entry, in the words of what was undone. Errors: the journal cannot be read.
    package static func run(_ journal: Journal) throws -> [String] {
        var lines: [String] = []
        for entry in try journal.open().entries {
            do {
                try UndoPerformer.perform(entry.undo)
                try journal.markDone(entry.id)
                lines.append("undid \(entry.id): \(entry.undo.text)")
            } catch {
                lines.append("could not undo \(entry.id) (\(entry.undo.text)): \(error)")
            }
        }
        return lines
    }
}
