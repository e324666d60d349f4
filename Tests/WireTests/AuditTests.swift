import Foundation
import Keys
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Who asked what of an agent, and what came of it, is on record.
@Suite(.serialized, .requiresRoot) struct AuditTests {
    @Test func aRefusalIsOnRecordWithWhoAndByWhichRule() async throws {
        let policy = "coordinators: [laptop]\nlongest-lease: 1s"
        try await Settlement.with(policy: policy) { settlement in
            let keys = try settlement.key(.coordinator, "laptop")
            let words = try await settlement.call(keys: keys, opening: true, lease: .seconds(5))
            #expect(words?.contains("the rule longest-lease (") == true, "\(words ?? "answered")")
            let stranger = try settlement.key(.coordinator, "stranger")
            _ = try await settlement.call(keys: stranger)
            let lines = try settlement.audit()
            #expect(lines.first?.action == "start")
            let opened = lines.filter { $0.action == "openRun" }
            #expect(opened.map(\.outcome) == ["asked", "refused"])
            #expect(opened.allSatisfy { $0.who == "coordinator/laptop" && $0.run == "intruder" })
            #expect(opened.last?.rules == ["longest-lease"])
            let refused = lines.filter { $0.who == "coordinator/stranger" }
            #expect(refused.map(\.action) == ["call"])
            #expect(refused.first?.rules == ["coordinators"])
            #expect(lines.allSatisfy { abs($0.wallNs - Clocks.realtime()) < 120_000_000_000 })
            for line in lines {
                let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
                let time = try Date(line.time, strategy: style).timeIntervalSince1970
                #expect(abs(time - Double(line.wallNs) / 1e9) < 0.002, "\(line.time), \(line.wallNs) ns")
            }
            #expect(!(try FileContents.text("\(settlement.folder)/log/audit.jsonl")).contains("PRIVATE"))
        }
    }

    @Test func whoOpensTheSocketIsOnRecord() async throws {
        try await Settlement.with { settlement in
            #expect(UnixSocket.isListening("\(settlement.folder)/agent.sock"))
            let patience = Clocks.monotonic() + 10_000_000_000
            let scene = settlement
            let isThere = {
                try scene.audit().contains { $0.action == "connect" && $0.who == "uid \(getuid())" }
            }
            while try !isThere(), Clocks.monotonic() < patience {
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + 5_000_000)
            }
            #expect(try isThere())
        }
    }

    @Test func whatCannotBeRecordedIsNotDone() async throws {
        try await Settlement.with { settlement in
            let keys = try settlement.key(.coordinator, "laptop")
            // By the folder's name: the agent may be writing of an earlier connection, and would make the file anew in between.
            let folder = "\(settlement.folder)/log"
            try FileManager.default.createDirectory(
                atPath: "\(folder)-next/audit.jsonl",
                withIntermediateDirectories: true
            )
            try #require(rename(folder, "\(folder)-gone") == 0)
            try #require(rename("\(folder)-next", folder) == 0)
            let words = try await settlement.call(keys: keys, opening: true, lease: .seconds(1))
            #expect(words?.contains("nothing is done without it") == true, "\(words ?? "answered")")
            // It goes on telling how it is.
            #expect(try await settlement.call(keys: keys) == nil)
        }
    }
}
