import GRDB
import Measures

/// What has to be undone, on disk before it is done.
///
/// SQLite with a rollback file that stays (journal_mode PERSIST) and synchronous EXTRA: a commit returns after the database
/// file, and then the rollback file's emptied head, are synced; neither a SIGKILL nor a loss of power takes an entry back.
/// Since the rollback file stays, what was recorded can also be marked as done when the disk is full by then: that writes
/// to blocks that both files have. A write-ahead log is durable as well (FULL), but keeps the entries in a second file that
/// must not be separated from the first, and grows. An agent writes a few entries for each fault: what a commit costs does
/// not matter.
/// Agent and `recover` may have it open at once: a writer waits for the other, at most five seconds.
package final class Journal: Sendable {
    /// "flj1"
    private static let application = 0x666c_6a31
    private static let version = 1

    package let path: String
    private let queue: DatabaseQueue

    /// Opens the journal, or makes an empty one. The folder must exist.
    /// Errors: `.damaged` (then it was moved to PATH.damaged-N, and the next call makes an empty one), `.foreign`,
    /// `.newer`, `.busy`, `.unwritable`.
    package init(path: String) throws(JournalError) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.label = "journal"
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA journal_mode = PERSIST; PRAGMA synchronous = EXTRA")
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.write { try Self.prepare($0) }
            self.queue = queue
        } catch {
            throw Self.refusal(error, path: path)
        }
    }

    /// Returns when the entry is on disk. The same entry twice is once, and one that is done is replaced; errors:
    /// `.conflict` when the id is open with another content, `.busy`, `.unwritable`, `.damaged`.
    package func record(_ entry: UndoEntry) throws(JournalError) {
        let undo = try UndoText.encode(entry.undo)
        try write { database in
            if let row = try Row.fetchOne(
                database,
                sql: "SELECT * FROM undo WHERE id = ?",
                arguments: [entry.id]
            ) {
                let held = Pending([row]).entries.first
                // A later run may have a fault of the same name.
                if held?.state == .done {
                    try database.execute(sql: "DELETE FROM undo WHERE id = ?", arguments: [entry.id])
                    return try Self.insert(entry, undo, into: database)
                }
                guard let held, held.fault == entry.fault, held.undo == entry.undo else {
                    throw JournalError(
                        .conflict,
                        "The journal has an entry \(entry.id) with another content."
                    )
                }
                return
            }
            try Self.insert(entry, undo, into: database)
        }
    }

    private static func insert(_ entry: UndoEntry, _ undo: String, into database: Database) throws {
        try database.execute(
            sql: "INSERT INTO undo (id, fault, undo, written_at, boot, state) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [entry.id, entry.fault, undo, entry.writtenAt, entry.boot, entry.state.rawValue]
        )
    }

    /// After the undoing was carried out and seen to have worked. False when there is no open entry with this id.
    @discardableResult
    package func markDone(_ id: String) throws(JournalError) -> Bool {
        try write { database in
            try database.execute(
                sql: "UPDATE undo SET state = 'done' WHERE id = ? AND state = 'open'",
                arguments: [id]
            )
            return database.changesCount > 0
        }
    }

    /// What has still to be undone, the newest first: the order in which to undo it.
    package func open() throws(JournalError) -> Pending {
        try pending(sql: "SELECT * FROM undo WHERE state = 'open' ORDER BY number DESC")
    }

    /// Everything that is kept, the newest first.
    package func all() throws(JournalError) -> Pending {
        try pending(sql: "SELECT * FROM undo ORDER BY number DESC")
    }

    /// Forgets done entries that were written before this instant (CLOCK_REALTIME, nanoseconds); open ones stay.
    package func forget(doneBefore instant: Int64) throws(JournalError) {
        try write { database in
            try database.execute(
                sql: "DELETE FROM undo WHERE state = 'done' AND written_at < ?",
                arguments: [instant]
            )
        }
    }

    /// The settings that the promise rests on, as SQLite has them: "persist 3" (3 is EXTRA).
    package func durability() throws(JournalError) -> String {
        try read { database in
            let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? ""
            let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous") ?? -1
            return "\(mode) \(synchronous)"
        }
    }

    private func pending(sql: String) throws(JournalError) -> Pending {
        let rows = try read { try Row.fetchAll($0, sql: sql) }
        return Pending(rows)
    }

    private func write<Value>(_ body: (Database) throws -> Value) throws(JournalError) -> Value {
        do {
            return try queue.write(body)
        } catch {
            throw Self.refusal(error, path: path)
        }
    }

    private func read<Value>(_ body: (Database) throws -> Value) throws(JournalError) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw Self.refusal(error, path: path)
        }
    }

    private static func prepare(_ database: Database) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard application == Self.application || (application == 0 && tables == 0) else {
            throw JournalError(.foreign, "")
        }
        guard version <= Self.version else { throw JournalError(.newer, "") }
        if application == Self.application {
            let check = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
            guard check == ["ok"] else {
                throw JournalError(.damaged, "", cause: check.joined(separator: "; "))
            }
            return
        }
        try database.execute(
            sql: """
                CREATE TABLE undo (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    fault TEXT NOT NULL,
                    undo TEXT NOT NULL,
                    written_at INTEGER NOT NULL,
                    boot TEXT NOT NULL,
                    state TEXT NOT NULL CHECK (state IN ('open', 'done'))
                ) STRICT;
                PRAGMA application_id = \(Self.application);
                PRAGMA user_version = \(Self.version);
                """
        )
    }

    private static func refusal(_ error: any Error, path: String) -> JournalError {
        switch error {
        case let error as JournalError where !error.message.isEmpty: error
        case let error as JournalError where error.kind == .damaged:
            Damage.moveAside(path, cause: error.cause)
        case let error as JournalError where error.kind == .newer:
            JournalError(
                .newer,
                "The journal \(path) was written by a later version of Faultline; use that one: faultline recover"
            )
        case is JournalError:
            JournalError(
                .foreign,
                "\(path) is another program's database, which was left as it is. Choose another path for the journal."
            )
        case let error as DatabaseError: refusal(error, path: path)
        default: JournalError(.unwritable, "The journal \(path) cannot be used: \(error)", cause: "\(error)")
        }
    }

    private static func refusal(_ error: DatabaseError, path: String) -> JournalError {
        let cause = "SQLite error \(error.extendedResultCode.rawValue): \(error.message ?? "")"
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: return Damage.moveAside(path, cause: cause)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return JournalError(
                .busy,
                "The journal \(path) was held by another process for five seconds. Is another agent or a "
                    + "`faultline recover` at work? (fuser \(path))",
                cause: cause
            )
        default:
            return JournalError(
                .unwritable,
                "The journal \(path) cannot be written: \(cause). Check the folder, its permissions and free space; "
                    + "nothing is injected without a journal.",
                cause: cause
            )
        }
    }
}
