import Foundation
import GRDB
import Journal
import Testing
import Undoing

@Suite("A journal whose writer died while it wrote")
struct TornWriteTests {
    private func entry(_ id: String) -> UndoEntry {
        let path = String(repeating: id, count: 300)
        return UndoEntry(id: id, fault: "f", undo: .deleteFile(path: path), writtenAt: 0, boot: "b")
    }

    /// The files as they lay when the rollback file was being written and the journal itself was not yet: cut off at any
    /// byte, that is a record in the middle.
    @Test("holds all that it held before, wherever the record that was being written is cut off")
    func cutOff() throws {
        let folder = NSTemporaryDirectory() + "fl-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/journal"
        let held = ["a", "b", "c", "d"].map(entry)
        do {
            let journal = try Journal(path: path)
            for entry in held { try journal.record(entry) }
        }
        let before = try Data(contentsOf: URL(filePath: path))
        var rollback = Data()
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = PERSIST; BEGIN IMMEDIATE")
            try database.execute(sql: "UPDATE undo SET state = 'done'")
            rollback = try Data(contentsOf: URL(filePath: path + "-journal"))
            try database.execute(sql: "ROLLBACK")
        }
        #expect(rollback.count > 4096, "nothing was being written")
        var cut = 0
        while cut < rollback.count + 97 {
            let copy = folder + "/copy"
            try before.write(to: URL(filePath: copy))
            try rollback.prefix(cut).write(to: URL(filePath: copy + "-journal"))
            #expect(try Journal(path: copy).open().entries == held.reversed(), "cut off after \(cut) bytes")
            cut += 97
        }
    }
}
