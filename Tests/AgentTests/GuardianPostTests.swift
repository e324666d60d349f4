import Foundation
import Journal
import LinuxSystem
import Measures
import Processes
import Synchronization
import Testing
import Undoing

@testable import Agent

/// The death of the guardian alone: the agent has another before anything is asked of it.
@Suite(.serialized) struct GuardianPostTests {
    /// The built program beside the test executable.
    private static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "faultline").path

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-post-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func makeFile(_ path: String) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private func eventually(_ condition: () -> Bool) -> Bool {
        let patience = Clocks.monotonic() + 5_000_000_000
        while Clocks.monotonic() < patience {
            if condition() { return true }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 5_000_000)
        }
        return condition()
    }

    @Test func `a killed guardian is replaced at once, and the next undoes what the first had kept`() throws {
        try withFolder { folder in
            let path = "\(folder)/kept"
            makeFile(path)
            var post: GuardianPost? = try GuardianPost(executable: Self.program, folder: folder)
            try post?.keep(.deleteFile(path: path), id: "a")
            let first = try #require(post?.process)
            try first.signal(SIGKILL)
            #expect(eventually { post?.process.map { $0 !== first } ?? false })
            let second = try #require(post?.process)
            #expect(exists(path), "the death of the guardian undoes nothing")
            post = nil
            #expect(second.wait(for: .seconds(5)) != nil)
            #expect(!exists(path))
        }
    }

    @Test func `a frozen guardian is ended without undoing anything, and what was asked of it is kept`()
        throws
    {
        try withFolder { folder in
            let paths = ["\(folder)/a", "\(folder)/b"]
            for path in paths { makeFile(path) }
            var post: GuardianPost? = try GuardianPost(executable: Self.program, folder: folder)
            try post?.keep(.deleteFile(path: paths[0]), id: "a")
            let first = try #require(post?.process)
            try first.signal(SIGSTOP)
            try post?.keep(.deleteFile(path: paths[1]), id: "b")
            #expect(!first.isAlive)
            #expect(paths.allSatisfy(exists))
            let second = try #require(post?.process)
            post = nil
            #expect(second.wait(for: .seconds(5)) != nil)
            #expect(!paths.contains(where: exists))
        }
    }

    @Test func `the next guardian has the lease too`() throws {
        try withFolder { folder in
            let path = "\(folder)/kept"
            makeFile(path)
            let post = try GuardianPost(executable: Self.program, folder: folder)
            try post.keep(.deleteFile(path: path), id: "a")
            let end = Clocks.monotonic() + 700_000_000
            try post.lease(until: end)
            let first = try #require(post.process)
            try first.signal(SIGKILL)
            #expect(eventually { !exists(path) })
            #expect(Clocks.monotonic() >= end)
            #expect(Clocks.monotonic() < end + 2_000_000_000)
        }
    }

    @Test func `when no guardian can be had, that is told, and nothing is kept nor injected`() throws {
        try withFolder { folder in
            let script = "\(folder)/program"
            try Data("#!/bin/sh\nexec \(Self.program) \"$@\"\n".utf8).write(to: URL(filePath: script))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
            let isLost = Atomic(false)
            let post = try GuardianPost(executable: script, folder: folder) { _ in
            } isLost: {
                isLost.store(true, ordering: .relaxed)
            }
            let journal = try Journal(path: "\(folder)/journal.sqlite")
            let store = UndoStore(guardian: post, journal: journal)
            try store.checkGuarded()
            try FileManager.default.removeItem(atPath: script)
            try post.process?.signal(SIGKILL)
            #expect(eventually { isLost.load(ordering: .relaxed) })
            let error = #expect(throws: (any Error).self) {
                try store.keep(.deleteFile(path: "/nowhere"), id: "x", fault: "x")
            }
            #expect((error as? any ReadableError)?.code == "agent.guardian-gone")
            #expect(throws: (any Error).self) { try store.checkGuarded() }
            #expect(try journal.open().entries.isEmpty)
        }
    }

    @Test func `a sharper word replaces the first at the guardian, and not on the disk`() throws {
        try withFolder { folder in
            let paths = ["\(folder)/a", "\(folder)/b"]
            for path in paths { makeFile(path) }
            var post: GuardianPost? = try GuardianPost(executable: Self.program, folder: folder)
            let journal = try Journal(path: "\(folder)/journal.sqlite")
            if let post {
                let store = UndoStore(guardian: post, journal: journal)
                try store.keep(.deleteFile(path: paths[0]), id: "a", fault: "f")
                store.sharpen(.deleteFile(path: paths[1]), id: "a")
            }
            let guardian = try #require(post?.process)
            post = nil
            #expect(guardian.wait(for: .seconds(5)) != nil)
            #expect(paths.map(exists) == [true, false])
            #expect(try journal.open().entries.map(\.undo) == [.deleteFile(path: paths[0])])
        }
    }
}
