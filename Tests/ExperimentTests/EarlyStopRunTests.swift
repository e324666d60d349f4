import Foundation
import LinuxSystem
import TestSupport
import Testing
import Verdict

/// A run whose question is answered before its time is over, against a real nginx.
@Suite(.serialized, .requiresRoot) struct EarlyStopRunTests {
    private static func experiment(_ objective: String, good: String = "200-399") -> String {
        """
        faultline: 1
        name: enough
        load:
          browse: { http: { url: "http://127.0.0.1:8080/", timeout: 1s }, rate: 200/s, good: { status: \(good) } }
        targets:
          availability: { objective: \(objective), stop-early: true }
        duration: 50s

        """
    }

    private static func run(_ text: String) async throws -> (code: Int32?, output: String, verdict: Verdict) {
        var result: (Int32?, String, Verdict)?
        try await LoadCommandTests().withSite { site in
            try Data(text.utf8).write(to: site.folder.appending(path: "enough.yaml"))
            let (code, output) = try site.namespace.inside {
                try Program.run(["run", "enough.yaml"], in: site.folder.path, atMost: .seconds(60))
            }
            let results = site.folder.appending(path: "Results")
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: results.path)
                    .first { $0.contains("-enough-") }
            )
            let verdict = try Data(contentsOf: results.appending(path: "\(name)/verdict.json"))
            result = (code, output, try JSONDecoder().decode(Verdict.self, from: verdict))
        }
        return try #require(result)
    }

    @Test func `a good service ends its run early and is met by a test that may be looked at at any time`()
        async throws
    {
        let (code, output, verdict) = try await Self.run(Self.experiment("90"))
        #expect(code == 0, "\(output)")
        #expect(output.contains("ended early, since its target is decided"), "\(output)")
        #expect(verdict.findings.first?.evidence.contains("confidence at any time (e-value") == true)
        let due = try #require(verdict.phases.first?.due)
        #expect(due < 200 * 40, "\(due) of 10 000")
    }

    @Test func `a bad service ends its run early and is missed`() async throws {
        let (code, output, verdict) = try await Self.run(Self.experiment("99.9", good: "500-599"))
        #expect(code == 1, "\(output)")
        #expect(output.contains("ended early"), "\(output)")
        #expect(verdict.outcome == .missed)
    }
}
