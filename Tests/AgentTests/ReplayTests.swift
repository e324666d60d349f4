import Foundation
import Journal
import Processes
import Testing
import Undoing

@testable import Agent

/// Agent and guardian died at once: the journal alone knows.
@Suite struct ReplayTests {
    private func withPath(_ body: (_ folder: String, _ journal: String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-replay-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder, "\(folder)/journal.sqlite")
    }

    private func entry(_ id: String, _ undo: Undo, boot: String = "") -> UndoEntry {
        UndoEntry(id: id, fault: "f", undo: undo, writtenAt: 0, boot: boot)
    }

    @Test func `of a journal that was cut off, what can still be read is undone, and the rest is kept aside`()
        throws
    {
        try withPath { folder, path in
            let count = 60
            let files = (0..<count).map { "\(folder)/file-\($0)" }
            do {
                let journal = try Journal(path: path)
                for (index, file) in files.enumerated() {
                    _ = FileManager.default.createFile(atPath: file, contents: nil)
                    // Longer than a page is wide: they lie on many.
                    let undo = Undo.deleteFile(path: file + String(repeating: "/.", count: 200))
                    try journal.record(entry("\(index)", index % 2 == 0 ? .deleteFile(path: file) : undo))
                }
            }
            let bytes = try Data(contentsOf: URL(filePath: path))
            // In the middle of a record.
            try bytes.prefix(bytes.count * 2 / 3 + 57).write(to: URL(filePath: path))
            let replay = try Replay(path: path)
            #expect(replay.lines.first?.contains("damaged") == true, "\(replay.lines)")
            let undone = files.indices.filter { $0 % 2 == 0 }.count {
                !FileManager.default.fileExists(atPath: files[$0])
            }
            #expect(undone >= 10, "only \(undone) of 30 were undone")
            #expect(undone < 30, "the cut has cut nothing off")
            #expect(Damage.remains(of: path) == [path + ".damaged-1"])
            #expect(try Journal(path: path).open().entries.count == replay.failures)
        }
    }

    @Test func `what a reboot has undone is not undone again`() throws {
        try withPath { folder, path in
            let child = try Spawner.spawn(Command(["sleep", "60"], environment: ["PATH": "/usr/bin:/bin"]))
            defer {
                _ = try? child.signal(SIGKILL)
                _ = child.wait(for: .seconds(5))
            }
            let journal = try Journal(path: path)
            try journal.record(entry("old", .endProcesses([child.identity]), boot: "an earlier boot"))
            let replay = try Replay(journal)
            #expect(replay.lines.count == 1 && replay.failures == 0)
            #expect(child.isAlive)
            #expect(try journal.open().entries.isEmpty)
            try journal.record(entry("new", .endProcesses([child.identity]), boot: Boot.identifier()))
            _ = try Replay(journal)
            #expect(child.wait(for: .seconds(5)) != nil)
        }
    }

    @Test func `what could not be undone is counted, and stays`() throws {
        try withPath { folder, path in
            let journal = try Journal(path: path)
            try journal.record(entry("a", .deletePacketTable(namespacePath: nil, family: "ip", name: "x")))
            #expect(try Replay(journal).failures == 1)
            #expect(try Replay(journal).failures == 1)
        }
    }
}
