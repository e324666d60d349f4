import Foundation
import GRDB
import Measures
import Verdict

/// The index in a file. Two processes may write at once: each waits for the other, at most five seconds. What is damaged, or
/// was written by another version, is made anew: it holds nothing that the folders do not say. Another program's file of
/// this name is left as it is.
struct SQLiteRunStore: RunStore {
    /// "flr1"
    private static let application = 0x666c_7231
    private static let version = 1

    private let queue: DatabaseQueue

    /// In memory, for as long as this process.
    init() throws {
        queue = try DatabaseQueue()
        try queue.write { try Self.prepare($0) }
    }

    init(file: URL) throws {
        do {
            queue = try Self.open(file)
        } catch let error as DatabaseError where Self.isDamage(error) {
            queue = try Self.makeAnew(file, error)
        } catch let error as DatabaseError {
            throw Self.refusal(file, error)
        }
    }

    func stamps() throws -> [String: String] {
        try queue.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT folder, stamp FROM runs")
            return Dictionary(rows.map { ($0["folder"], $0["stamp"]) }) { first, _ in first }
        }
    }

    func apply(_ change: RunChange) throws {
        try queue.write { database in
            for folder in change.gone {
                try database.execute(sql: "DELETE FROM runs WHERE folder = ?", arguments: [folder])
            }
            for (run, stamp) in change.known {
                try database.execute(
                    sql: """
                        INSERT OR REPLACE INTO runs (folder, stamp, experiment, started_at, started, outcome, exit_code,
                            duration, due, good, has_times, p50, p99) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        run.folder, stamp, run.experiment, run.startedAt, run.started, run.outcome?.rawValue,
                        run.exitCode, run.durationSeconds, run.due, run.good, run.hasTimes,
                        run.p50Milliseconds,
                        run.p99Milliseconds,
                    ]
                )
            }
        }
    }

    func runs(_ filter: RunFilter) throws -> [RunSummary] {
        try queue.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM runs WHERE (:experiment IS NULL OR experiment = :experiment)
                        AND (:outcome IS NULL OR outcome = :outcome) AND (:since IS NULL OR started >= :since)
                    ORDER BY started DESC, folder DESC LIMIT :limit
                    """,
                arguments: [
                    "experiment": filter.experiment, "outcome": filter.outcome?.rawValue,
                    "since": filter.since,
                    "limit": filter.limit ?? -1,
                ]
            ).map(Self.summary)
        }
    }

    private static func summary(_ row: Row) -> RunSummary {
        let outcome: String? = row["outcome"]
        return RunSummary(
            folder: row["folder"],
            experiment: row["experiment"],
            startedAt: row["started_at"],
            started: row["started"],
            outcome: outcome.flatMap(Verdict.Outcome.init),
            exitCode: row["exit_code"],
            durationSeconds: row["duration"],
            due: row["due"],
            good: row["good"],
            hasTimes: row["has_times"],
            p50Milliseconds: row["p50"],
            p99Milliseconds: row["p99"]
        )
    }

    private static func open(_ file: URL) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.label = "runs"
        let queue = try DatabaseQueue(path: file.path, configuration: configuration)
        try queue.write { try prepare($0) }
        return queue
    }

    private static func prepare(_ database: Database) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard application == Self.application || (application == 0 && tables == 0) else {
            throw RunIndexError(
                "foreign",
                "runs.sqlite is another program's database, which is left as it is"
            )
        }
        if application == Self.application, version == Self.version {
            let check = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
            guard check == ["ok"] else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
            return
        }
        try database.execute(
            sql: """
                DROP TABLE IF EXISTS runs;
                CREATE TABLE runs (
                    folder TEXT PRIMARY KEY,
                    stamp TEXT NOT NULL,
                    experiment TEXT NOT NULL,
                    started_at TEXT NOT NULL,
                    started REAL NOT NULL,
                    outcome TEXT,
                    exit_code INTEGER,
                    duration REAL NOT NULL,
                    due INTEGER NOT NULL,
                    good INTEGER NOT NULL,
                    has_times INTEGER NOT NULL,
                    p50 REAL,
                    p99 REAL
                ) STRICT;
                CREATE INDEX runs_by_experiment ON runs (experiment, started);
                PRAGMA application_id = \(Self.application);
                PRAGMA user_version = \(Self.version);
                """
        )
    }

    private static func isDamage(_ error: DatabaseError) -> Bool {
        error.resultCode == .SQLITE_NOTADB || error.resultCode == .SQLITE_CORRUPT
    }

    /// The damaged one is kept beside, since it may be something else that somebody put there.
    private static func makeAnew(_ file: URL, _ damage: DatabaseError) throws -> DatabaseQueue {
        let files = FileManager.default
        let kept = file.appendingPathExtension("damaged")
        do {
            if files.fileExists(atPath: kept.path) { try files.removeItem(at: kept) }
            try files.moveItem(at: file, to: kept)
            try? files.removeItem(atPath: file.path + "-journal")
            return try open(file)
        } catch {
            throw refusal(file, damage)
        }
    }

    private static func refusal(_ file: URL, _ error: DatabaseError) -> RunIndexError {
        RunIndexError(
            "index",
            "\(file.path) cannot be used (\(error.message ?? "SQLite error \(error.resultCode.rawValue)")); the runs' "
                + "folders are read instead"
        )
    }
}
