import Faults
package import Undoing

/// For faults in namespaces that go anyway.
package struct NoKeeper: UndoKeeper {
    package init() {}
    package func keep(_ undo: Undo, id: String, fault: String) throws {}
    package func release(id: String) throws {}
}
