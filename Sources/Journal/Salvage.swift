import Foundation
import GRDB

extension Damage {
    /// What is still open in the damaged journal that was kept last, recorded in the new one, so that nothing that can be
    /// read is lost. How many entries that were. Errors: the new one cannot be written.
    @discardableResult
    package static func takeOver(into journal: Journal) throws -> Int {
        guard let kept = remains(of: journal.path).last else { return 0 }
        let entries = salvage(kept).filter { $0.state == .open }
        // The oldest first, as they were recorded.
        for entry in entries { try journal.record(entry) }
        return entries.count
    }

    /// Row by row, since SQLite reads what lies on sound pages and refuses the rest. Nothing, when its head is gone. The
    /// file stays as it is: a copy is read.
    static func salvage(_ path: String) -> [UndoEntry] {
        let copy = "\(path).copy"
        let files = FileManager.default
        let endings = ["", "-journal"]
        defer { for ending in endings { try? files.removeItem(atPath: copy + ending) } }
        for ending in endings where files.fileExists(atPath: path + ending) {
            guard (try? files.copyItem(atPath: path + ending, toPath: copy + ending)) != nil else {
                return []
            }
        }
        forgetLength(copy)
        guard let queue = try? DatabaseQueue(path: copy) else { return [] }
        return (1...last(queue)).compactMap { number in
            let row = try? queue.read {
                try Row.fetchOne($0, sql: "SELECT * FROM undo WHERE number = ?", arguments: [number])
            }
            return row.flatMap { $0 }.flatMap { Pending([$0]).entries.first }
        }
    }

    /// The head (bytes 28 to 31) says how many pages there are; 0 is "as many as the file has", also when it was cut off:
    /// https://www.sqlite.org/fileformat.html, section 1.3.8.
    private static func forgetLength(_ path: String) {
        guard let file = FileHandle(forUpdatingAtPath: path) else { return }
        defer { try? file.close() }
        guard (try? file.seek(toOffset: 28)) != nil else { return }
        try? file.write(contentsOf: Data(count: 4))
    }

    /// The greatest number that was given; where that cannot be read either, more than a journal holds as a rule.
    private static func last(_ queue: DatabaseQueue) -> Int64 {
        let found = try? queue.read {
            try Int64.fetchOne($0, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'undo'")
        }
        return min(max(1, found.flatMap { $0 } ?? 10_000), 1_000_000)
    }
}
