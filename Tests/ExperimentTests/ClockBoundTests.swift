import Foundation
import TestSupport
import Testing

/// What an experiment may ask of the hosts' clocks. A microsecond is less than any clock is known to 20 ms after its last
/// exchange, at the drift that is allowed for.
@Suite(.serialized, .requiresRoot) struct ClockBoundTests {
    private static let faults = """
          - { name: cut, at: 2s, for: 500ms, partition: { from: client, to: web } }
          - { name: gone, at: 3s, on: web, kill: { service: nginx, signal: KILL, restart-after: 500ms } }
        """

    private func run(_ bound: String, _ body: (TestRun, Int32?, String) throws -> Void) async throws {
        let yaml = Trial.yaml(duration: "5s", faults: Self.faults, guards: "clock-bound: \(bound)")
        try await withExperiment(yaml) { run in
            let (code, text) = try run.run(atMost: .seconds(60))
            try body(run, code, text)
        }
    }

    @Test func `a start that is known less well than asked makes the run inconclusive, and says by how much`()
        async throws
    {
        try await run("1us") { run, code, text in
            #expect(code == 3, "\(text)")
            #expect(text.contains("cut#1 on web began within ± "), "\(text)")
            #expect(text.contains("beyond the clock-bound of 1us"), "\(text)")
        }
    }

    @Test func `or is refused: then no fault begins, and the run ends with all healed`() async throws {
        try await run("{ limit: 1us, beyond: refuse }") { run, code, text in
            #expect(code == 6, "\(text)")
            #expect(text.contains("clock-bound"), "\(text)")
            #expect(!text.contains("acts on"), "\(text)")
            #expect(!run.file("recording/events.jsonl").contains("\"step\":\"started\""))
            #expect(run.lab == nil, "the lab is down")
        }
    }

    @Test func `as usual every start is known to far less than a millisecond, and the report says so`()
        async throws
    {
        try await run("100us") { run, code, text in
            #expect(code != 3 || !text.contains("clock-bound"), "\(text)")
            let report = run.file("report.md")
            #expect(report.contains("Starts and ends"), "\(report)")
            let settled = run.file("recording/events.jsonl").split(separator: "\n")
                .filter { $0.contains("\"settled\"") && $0.contains("\"start\"") }
            #expect(settled.count == 2)
        }
    }
}
