import Faults
import Foundation
import Journal
import LinuxSystem
import Processes
import Testing
import Undoing

@testable import Agent

/// The built program beside the test executable.
private let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "faultline").path

@Suite struct GuardianTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "fl-guardian-\(UUID().uuidString)"
        ).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test func `when its pipe ends, the guardian undoes what was kept and not released`() throws {
        try withFolder { folder in
            let kept = "\(folder)/kept"
            let released = "\(folder)/released"
            for path in [kept, released] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
            var link: GuardianLink? = try GuardianLink(executable: program, folder: folder)
            try link?.send(.keep(id: "a", undo: .deleteFile(path: kept)))
            try link?.send(.keep(id: "b", undo: .deleteFile(path: released)))
            try link?.send(.release(id: "b"))
            let process = try #require(link?.process)
            link = nil
            #expect(process.wait(for: .seconds(5)) != nil)
            #expect(!FileManager.default.fileExists(atPath: kept))
            #expect(FileManager.default.fileExists(atPath: released))
        }
    }

    @Test func `a paused process runs again when the agent is gone`() throws {
        try withFolder { folder in
            let service = try ServiceProcess.start(
                ServiceCommand(
                    name: "sleep",
                    command: Command(["sleep", "60"], environment: ["PATH": "/usr/bin:/bin"])
                )
            )
            defer {
                _ = try? service.kill()
                _ = service.waitGone(for: .seconds(5))
            }
            var link: GuardianLink? = try GuardianLink(executable: program, folder: folder)
            try link?.send(.keep(id: "pause", undo: .continueProcesses([service.identity])))
            _ = try service.pause()
            let process = try #require(link?.process)
            link = nil
            _ = process.wait(for: .seconds(5))
            #expect(service.members.current().allSatisfy { !$0.isStopped })
        }
    }

    @Test func `a guardian and whoever else undoes on this host do it one after the other`() throws {
        try withFolder { folder in
            let path = "\(folder)/kept"
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            var link: GuardianLink? = try GuardianLink(executable: program, folder: folder)
            try link?.send(.keep(id: "a", undo: .deleteFile(path: path)))
            let process = try #require(link?.process)
            StateLocks.whileUndoing(in: folder) {
                link = nil
                #expect(process.wait(for: .milliseconds(500)) == nil)
                #expect(FileManager.default.fileExists(atPath: path))
            }
            #expect(process.wait(for: .seconds(5)) != nil)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `what a dead agent wrote down is undone at the next start, once`() throws {
        try withFolder { folder in
            let path = "\(folder)/left"
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            let journal = try Journal(path: "\(folder)/journal.sqlite")
            try journal.record(
                UndoEntry(id: "left", fault: "f", undo: .deleteFile(path: path), writtenAt: 0, boot: "")
            )
            #expect(try Replay(journal).lines.count == 1)
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(try Replay(journal).lines.isEmpty)
        }
    }
}
