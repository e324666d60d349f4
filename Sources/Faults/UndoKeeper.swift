package import Undoing

/// Whoever remembers what is to be undone, while this process lives and after it.
package protocol UndoKeeper: Sendable {
    /// Returns when the guardian and the disk know it; only then may the change be made.
    func keep(_ undo: Undo, id: String, fault: String) throws
    /// The change is back; forget it.
    func release(id: String) throws
}
