import Foundation
import Testing
import Verdict

@testable import Coordinator

/// A run that an earlier version recorded, of which this version has only the folder.
@Suite struct OldRunTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Results/example-web-failover").standardizedFileURL

    @Test func `a run is judged by later versions as it was by its own`() throws {
        let folder = RunFolder(Self.folder)
        let then = try JSONDecoder().decode(Verdict.self, from: folder.read(folder.verdict))
        let judgement = try Judge(folder).judge()
        #expect(judgement.remarks.isEmpty, "\(judgement.remarks)")
        let now = judgement.verdict
        #expect(now.outcome == then.outcome)
        #expect(now.exitCode == then.exitCode)
        #expect(now.planDigest == then.planDigest)
        #expect(now.findings.map(\.target) == then.findings.map(\.target))
        #expect(now.findings.map(\.outcome) == then.findings.map(\.outcome))
        #expect(now.phases.map(\.due) == then.phases.map(\.due))
        #expect(now.faults.map(\.fault) == then.faults.map(\.fault))
    }

    @Test func `a recording that was cut off is judged to where it is whole, and says so`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-old-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: Self.folder, to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = RunFolder(folder)
        let whole = try run.read(run.exchanges("browse"))
        try whole.prefix(whole.count / 2).write(to: run.exchanges("browse"))
        let judgement = try Judge(run).judge()
        #expect(judgement.remarks.count == 1)
        #expect(judgement.remarks.first?.contains("were left out") == true, "\(judgement.remarks)")
        let due = judgement.verdict.phases.reduce(0) { $0 + $1.due }
        #expect((20_000..<25_000).contains(due), "\(due)")
    }
}
