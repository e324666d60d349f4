package import Undoing

/// Whoever remembers what is to be undone, while this process lives and after it.
package protocol UndoKeeper: Sendable {
    /// Returns when the guardian and the disk know it; only then may the change be made.
    func keep(_ undo: Undo, id: String, fault: String) throws
    /// What is kept under this id is put in sharper words, for whoever undoes it within moments: the guardian. The disk
    /// keeps the first words, since there is no time to write. Never fails: the first words are enough to be safe.
    func sharpen(_ undo: Undo, id: String)
    /// The change is back; forget it.
    func release(id: String) throws
}

extension UndoKeeper {
    package func sharpen(_ undo: Undo, id: String) {}
}
