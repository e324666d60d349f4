import GRDB

/// Entries as the journal holds them, the newest first.
package struct Pending: Hashable, Sendable {
    package var entries: [UndoEntry] = []
    /// Entries that this version cannot read, as they stand there: never skipped in silence.
    package var unreadable: [Unreadable] = []

    package struct Unreadable: Hashable, Sendable {
        package let id: String
        package let fault: String
        package let text: String
    }

    init(_ rows: [Row]) {
        for row in rows {
            let text: String = row["undo"]
            if let undo = UndoText.decode(text), let state = UndoEntry.State(rawValue: row["state"]) {
                entries.append(
                    UndoEntry(
                        id: row["id"],
                        fault: row["fault"],
                        undo: undo,
                        writtenAt: row["written_at"],
                        boot: row["boot"],
                        state: state
                    )
                )
            } else {
                unreadable.append(Unreadable(id: row["id"], fault: row["fault"], text: text))
            }
        }
    }
}
