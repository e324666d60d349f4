import Foundation
import Journal
import Measures
import Processes
import Synchronization
import Testing
import Undoing

@Suite("The journal")
struct JournalTests {
    private func entry(_ id: String, fault: String = "slow", file: String = "/x") -> UndoEntry {
        UndoEntry(id: id, fault: fault, undo: .deleteFile(path: file), writtenAt: 5, boot: "boot")
    }

    private func withPath<Value>(_ body: (String) throws -> Value) throws -> Value {
        let folder = NSTemporaryDirectory() + "fl-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder + "/journal.sqlite")
    }

    @Test("gives back what was recorded, the newest first, and not what was done")
    func order() throws {
        try withPath { (path) throws in
            let undos = UndoTests.rows.map(\.undo)
            do {
                let journal = try Journal(path: path)
                for (index, undo) in undos.enumerated() {
                    try journal.record(
                        UndoEntry(id: "e\(index)", fault: "f", undo: undo, writtenAt: Int64(index), boot: "b")
                    )
                }
                #expect(try journal.markDone("e3"))
                #expect(try journal.markDone("e3") == false, "done twice is once")
                #expect(try journal.markDone("nobody") == false)
            }
            let pending = try Journal(path: path).open()
            #expect(pending.unreadable.isEmpty)
            let expected = undos.enumerated().filter { $0.offset != 3 }.map(\.element).reversed()
            #expect(pending.entries.map(\.undo) == Array(expected))
            #expect(pending.entries.allSatisfy { $0.state == .open && $0.boot == "b" && $0.fault == "f" })
        }
    }

    @Test("takes the same entry twice as one, and refuses another under its id")
    func conflict() throws {
        try withPath { (path) throws in
            let journal = try Journal(path: path)
            try journal.record(entry("a"))
            try journal.record(entry("a"))
            #expect(try journal.open().entries.count == 1)
            let error = #expect(throws: JournalError.self) { try journal.record(entry("a", file: "/y")) }
            #expect(error?.kind == .conflict)
            #expect(try journal.open().entries == [entry("a")])
        }
    }

    @Test("takes another entry under an id that is done: a later run has a fault of the same name")
    func again() throws {
        try withPath { (path) throws in
            let journal = try Journal(path: path)
            try journal.record(entry("a"))
            try journal.markDone("a")
            try journal.record(entry("a", file: "/y"))
            #expect(try journal.open().entries == [entry("a", file: "/y")])
            #expect(try journal.all().entries.count == 1)
        }
    }

    @Test("forgets old entries that are done, never open ones")
    func forgetting() throws {
        try withPath { (path) throws in
            let journal = try Journal(path: path)
            for id in ["a", "b"] { try journal.record(entry(id)) }
            try journal.markDone("a")
            try journal.forget(doneBefore: 5)
            #expect(try journal.all().entries.count == 2, "not before its time")
            try journal.forget(doneBefore: 6)
            #expect(try journal.all().entries.map(\.id) == ["b"])
        }
    }

    @Test("syncs the file and its folder at each commit")
    func durability() throws {
        try withPath { (path) throws in
            #expect(try Journal(path: path).durability() == "persist 3")
        }
    }

    @Test("two openers write at once and lose nothing")
    func twoOpeners() throws {
        try withPath { (path) throws in
            let failures = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 2) { opener in
                do {
                    let journal = try Journal(path: path)
                    for index in 0..<40 {
                        try journal.record(entry("\(opener)-\(index)"))
                        if index % 2 == 0 { try journal.markDone("\(opener)-\(index)") }
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            let journal = try Journal(path: path)
            #expect(try journal.all().entries.count == 80)
            #expect(try journal.open().entries.count == 40)
        }
    }

    @Test("whose writer is killed at any instant holds every entry that it had been told is recorded")
    func killed() async throws {
        let folder = NSTemporaryDirectory() + "fl-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var random = SeededGenerator(seed: 3)
        var acknowledged = 0
        for round in 0..<8 {
            let delay = UInt32.random(in: 0...40_000, using: &random)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [folder = folder as String, round = round as Int, delay = delay as UInt32] in
                let journal = try Journal(path: folder + "/journal")
                let acknowledgements = open(folder + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o644)
                Thread.detachNewThread {
                    usleep(delay)
                    kill(getpid(), SIGKILL)
                }
                for index in 0..<1_000_000 {
                    let id = "\(round)-\(index)"
                    try journal.record(
                        UndoEntry(id: id, fault: "f", undo: .deleteFile(path: id), writtenAt: 0, boot: "b")
                    )
                    let line = Array((id + "\n").utf8)
                    _ = write(acknowledgements, line, line.count)
                }
            }
            let text = (try? String(contentsOfFile: folder + "/acknowledged", encoding: .utf8)) ?? ""
            let lines = text.split(separator: "\n").map(String.init)
            let held = Set(try Journal(path: folder + "/journal").open().entries.map(\.id))
            #expect(lines.allSatisfy { held.contains($0) })
            // The one that was being recorded may be there as well; no more than one for each kill.
            #expect(held.count - lines.count <= round + 1)
            acknowledged = lines.count
        }
        #expect(acknowledged > 0)
    }
}
