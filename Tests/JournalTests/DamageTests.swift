import Foundation
import Journal
import Measures
import Testing
import Undoing

@Suite("A journal file that is not as it was written")
struct DamageTests {
    /// A journal of 60 entries, whose bytes are then changed.
    private func changed(
        _ change: (inout Data) -> Void,
        then check: (_ path: String, _ bytes: Data) throws -> Void
    ) throws {
        let folder = NSTemporaryDirectory() + "fl-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/journal"
        do {
            let journal = try Journal(path: path)
            for index in 0..<60 {
                try journal.record(
                    UndoEntry(
                        id: "entry \(index)",
                        fault: "f",
                        undo: .deleteFile(path: String(repeating: "x", count: 300)),
                        writtenAt: 0,
                        boot: "b"
                    )
                )
            }
        }
        var bytes = try Data(contentsOf: URL(filePath: path))
        change(&bytes)
        try bytes.write(to: URL(filePath: path))
        try check(path, bytes)
    }

    private func isKept(_ path: String, _ bytes: Data) throws {
        let error = #expect(throws: JournalError.self) { try Journal(path: path) }
        #expect(error?.kind == .damaged)
        #expect(error?.message.contains("recover") == true)
        #expect(Damage.remains(of: path) == [path + ".damaged-1"])
        #expect(try Data(contentsOf: URL(filePath: path + ".damaged-1")) == bytes)
        #expect(try Journal(path: path).open() == Journal(path: path).all())
        #expect(try Journal(path: path).open().entries.isEmpty)
    }

    @Test("is kept under another name, said so, and the next start begins an empty one")
    func kept() throws {
        try changed {
            $0.replaceSubrange(0..<100, with: Data(repeating: 0x2a, count: 100))
        } then: {
            try isKept($0, $1)
        }
        try changed {
            $0 = Data("no database at all, but a text that is longer than a header".utf8)
        } then: {
            try isKept($0, $1)
        }
        try changed {
            $0 = $0.prefix($0.count / 2)
        } then: {
            try isKept($0, $1)
        }
        try changed {
            $0.replaceSubrange(4096..<4200, with: Data(repeating: 0xff, count: 104))
        } then: {
            try isKept($0, $1)
        }
    }

    @Test("a second damaged one does not replace the first")
    func twice() throws {
        try changed {
            $0 = Data(repeating: 1, count: 5000)
        } then: { (path, _) throws in
            _ = try? Journal(path: path)
            try Data(repeating: 2, count: 5000).write(to: URL(filePath: path))
            _ = try? Journal(path: path)
            #expect(Damage.remains(of: path).count == 2)
            #expect(try Data(contentsOf: URL(filePath: path + ".damaged-1")).first == 1)
        }
    }

    @Test("another program's database is refused and not touched")
    func foreign() throws {
        // Bytes 68 to 71 of an SQLite file are the application's id.
        try changed {
            $0[71] ^= 1
        } then: { (path, bytes) throws in
            let error = #expect(throws: JournalError.self) { try Journal(path: path) }
            #expect(error?.kind == .foreign)
            #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        }
    }

    @Test("a later version's journal is refused and not touched")
    func newer() throws {
        // Bytes 60 to 63 are the schema's version.
        try changed {
            $0[63] = 99
        } then: { (path, bytes) throws in
            let error = #expect(throws: JournalError.self) { try Journal(path: path) }
            #expect(error?.kind == .newer)
            #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        }
    }

    @Test("an undo that cannot be read hides no other, and is shown as it stands")
    func unreadable() throws {
        try changed { bytes in
            // The name of the kind in the last entry only: the file stays a sound database.
            if let place = bytes.range(of: Data("deleteFile".utf8), options: .backwards) {
                bytes.replaceSubrange(place, with: Data("deleteFyle".utf8))
            }
        } then: { (path, _) throws in
            let pending = try Journal(path: path).open()
            #expect(pending.entries.count == 59)
            #expect(pending.unreadable.map { $0.text.hasPrefix(#"{"deleteFyle""#) } == [true])
        }
    }

    @Test("any flipped byte gives a journal or a clear error, never a crash or a silent loss of the file")
    func fuzz() throws {
        var random = SeededGenerator(seed: 4)
        var refused = 0
        for _ in 0..<40 {
            try changed { bytes in
                for _ in 0..<8 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                        in: 0...255,
                        using: &random
                    )
                }
            } then: { (path, bytes) throws in
                do {
                    _ = try Journal(path: path).all()
                } catch let error as JournalError {
                    refused += 1
                    let places = [path] + Damage.remains(of: path)
                    #expect(
                        places.contains { (try? Data(contentsOf: URL(filePath: $0))) == bytes },
                        "\(error)"
                    )
                }
            }
        }
        #expect(refused > 0)
    }
}
