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
            if let entry = Self.entry(row) {
                entries.append(entry)
            } else {
                unreadable.append(
                    Unreadable(
                        id: String.fromDatabaseValue(row["id"]) ?? "?",
                        fault: String.fromDatabaseValue(row["fault"]) ?? "?",
                        text: String.fromDatabaseValue(row["undo"]) ?? "\(row)"
                    )
                )
            }
        }
    }

    /// Through DatabaseValue: a row's other accessors end the process when the type is not what was expected, which a
    /// damaged file can bring about.
    private static func entry(_ row: Row) -> UndoEntry? {
        guard let id = String.fromDatabaseValue(row["id"]),
            let fault = String.fromDatabaseValue(row["fault"]),
            let undo = String.fromDatabaseValue(row["undo"]).flatMap({ UndoText.decode($0) }),
            let writtenAt = Int64.fromDatabaseValue(row["written_at"]),
            let boot = String.fromDatabaseValue(row["boot"]),
            let state = String.fromDatabaseValue(row["state"]).flatMap({ UndoEntry.State(rawValue: $0) })
        else { return nil }
        return UndoEntry(id: id, fault: fault, undo: undo, writtenAt: writtenAt, boot: boot, state: state)
    }
}
