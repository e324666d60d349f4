import Foundation
import Journal
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing
import Undoing

@testable import Agent

#if canImport(Glibc)
import Glibc
#endif

/// A disk that is full under the journal, or becomes so while a fault acts: a file system of 256 kB of the test's own.
@Suite(.serialized, .requiresRoot) struct FullDiskTests {
    private static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "faultline").path

    private func withDisk(_ body: (Disk) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-disk-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try SystemError.check("mount a tmpfs") { mount("none", folder, "tmpfs", 0, "size=256k") }
        defer {
            umount2(folder, Int32(MNT_DETACH))
            rmdir(folder)
        }
        try body(Disk(folder: folder))
    }

    private struct Disk {
        let folder: String

        /// To the last byte.
        func fill() {
            let file = open("\(folder)/filling", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            defer { close(file) }
            for size in [4096, 1] {
                let bytes = [UInt8](repeating: 1, count: size)
                while write(file, bytes, size) > 0 {}
            }
        }

        func makeFile(_ name: String) -> String {
            _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: nil)
            return "\(folder)/\(name)"
        }
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test func `nothing is kept on a full disk, so nothing is injected, and the error says why`() throws {
        try withDisk { disk in
            let target = disk.makeFile("target")
            let journal = try Journal(path: "\(disk.folder)/journal.sqlite")
            disk.fill()
            var post: GuardianPost? = try GuardianPost(executable: Self.program, folder: disk.folder)
            let guardian = try #require(post?.process)
            if let post {
                let store = UndoStore(guardian: post, journal: journal)
                // Long enough to need a page that the file does not have.
                let undo = Undo.writeFile(path: target, contents: String(repeating: "x", count: 20_000))
                let error = #expect(throws: (any Error).self) { try store.keep(undo, id: "a", fault: "f") }
                #expect((error as? JournalError)?.kind == .unwritable)
                #expect((error as? JournalError)?.message.contains("free space") == true)
            }
            post = nil
            #expect(guardian.wait(for: .seconds(5)) != nil)
            #expect(try Data(contentsOf: URL(filePath: target)).isEmpty, "the guardian was told of it")
            #expect(try journal.open().entries.isEmpty)
        }
    }

    @Test
    func `a disk that becomes full while a fault acts keeps nobody from healing, and the journal knows`()
        throws
    {
        try withDisk { disk in
            let journal = try Journal(path: "\(disk.folder)/journal.sqlite")
            let post = try GuardianPost(executable: Self.program, folder: disk.folder)
            let store = UndoStore(guardian: post, journal: journal)
            for id in ["a", "b"] { try store.keep(.deleteFile(path: "/nowhere/\(id)"), id: id, fault: "f") }
            disk.fill()
            for id in ["a", "b"] { store.release(id: id) }
            #expect(store.stillOpen() == [])
            #expect(try journal.open().entries.isEmpty)
        }
    }

    @Test func `the guardian undoes everything although its log is on the full disk`() throws {
        try withDisk { disk in
            let paths = ["a", "b", "c"].map(disk.makeFile)
            var post: GuardianPost? = try GuardianPost(executable: Self.program, folder: disk.folder)
            for path in paths { try post?.keep(.deleteFile(path: path), id: path) }
            disk.fill()
            let guardian = try #require(post?.process)
            post = nil
            #expect(guardian.wait(for: .seconds(5)) == .exited(0))
            #expect(!paths.contains(where: exists))
        }
    }

    @Test func `recover undoes what is in a journal on a full disk`() throws {
        try withDisk { disk in
            let target = disk.makeFile("target")
            let path = "\(disk.folder)/journal.sqlite"
            try Journal(path: path).record(
                UndoEntry(id: "a", fault: "f", undo: .deleteFile(path: target), writtenAt: 0, boot: "")
            )
            disk.fill()
            let replay = try Replay(path: path)
            #expect(replay.failures == 0, "\(replay.lines)")
            #expect(!exists(target))
            #expect(try Journal(path: path).open().entries.isEmpty)
        }
    }
}
