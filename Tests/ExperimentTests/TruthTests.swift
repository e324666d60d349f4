import Foundation
import TestSupport
import Testing
import Verdict

/// Experiments whose outcome is known beforehand.
@Suite(.serialized, .requiresRoot) struct ExperimentTruthTests {
    private func verdict(_ run: TestRun) throws -> Verdict {
        try JSONDecoder().decode(Verdict.self, from: Data(run.file("verdict.json").utf8))
    }

    @Test func `a server stopped for 1 s of 10 s at 1000/s has a p99 of about 0.9 s and loses no request`()
        async throws
    {
        let faults = "  - { name: stall, at: 4s, for: 1s, on: web, pause: { service: nginx } }"
        let yaml = Trial.yaml(rate: "1000/s", duration: "10s", faults: faults, timeout: "5s")
        try await withExperiment(yaml) { run in
            let (code, text) = try run.run(atMost: .seconds(60))
            #expect(code == 0 || code == 3, "\(text)")
            let phases = try verdict(run).phases
            #expect(phases.reduce(0) { $0 + $1.due } == 10_000)
            #expect(phases.reduce(0) { $0 + $1.good } == 10_000)
            let judged = try Figures(of: run)
            #expect((0.85...1.05).contains(judged.p99), "p99 \(judged.p99) s")
            #expect((0.95...1.10).contains(judged.max), "maximum \(judged.max) s")
        }
    }

    @Test func `a server killed for 2 s of 20 s is available 90 % with one outage of 2 s`() async throws {
        let faults =
            "  - { name: gone, at: 8s, on: web, kill: { service: nginx, signal: KILL, restart-after: 2s } }"
        let yaml = Trial.yaml(rate: "500/s", duration: "20s", faults: faults)
        try await withExperiment(yaml) { run in
            let (code, text) = try run.run(atMost: .seconds(80))
            // One outage is one event, however many requests it hit: missed or inconclusive, but never met.
            #expect(code == 1 || code == 3, "\(text)")
            let verdict = try verdict(run)
            let due = verdict.phases.reduce(0) { $0 + $1.due }
            let good = verdict.phases.reduce(0) { $0 + $1.good }
            #expect(due == 10_000)
            #expect((89.5...90.5).contains(100 * Double(good) / Double(due)), "\(good) of \(due)")
            let fault = try #require(verdict.faults.first)
            #expect((1.9...2.1).contains(fault.outageSeconds), "outage \(fault.outageSeconds) s")
        }
    }

    @Test
    func `a delay of 5 ms on one way is seen on that way alone, though the round trip says nothing of ways`()
        async throws
    {
        let faults = "  - { name: slow, at: 4s, for: 5s, on: web, delay: { latency: 5ms, to: client } }"
        try await withExperiment(Trial.yaml(duration: "10s", faults: faults)) { run in
            let (code, text) = try run.run(atMost: .seconds(60))
            #expect(code == 0 || code == 3, "\(text)")
            let ways = try #require(try verdict(run).ways)
            func change(_ from: String, _ to: String) throws -> (value: Double, bound: Double) {
                let way = try #require(ways.first { ($0.from, $0.to, $0.phase) == (from, to, "slow#1") })
                return (try #require(way.change), try #require(way.changeBound))
            }
            let (slow, other) = (try change("web", "client"), try change("client", "web"))
            // Microseconds. The clocks are one here, so what exceeds the bound is the programs' waking up.
            #expect(slow.bound < 1000 && other.bound < 1000)
            #expect((5000 - slow.bound...5600 + slow.bound).contains(slow.value), "\(slow)")
            #expect(abs(other.value) <= 300 + other.bound, "\(other)")
            let report = run.file("report.md").split(separator: "\n")
            let line = report.first {
                $0.contains("client → web") && $0.contains("slow") && $0.contains("none seen")
            }
            #expect(line?.contains("+5.") == true, "\(line ?? "no line of the way in the report")")
        }
    }

    @Test func `packets dropped on one way are counted as lost on that way`() async throws {
        let faults = "  - { name: cut, at: 4s, for: 2s, partition: { from: client, to: web } }"
        try await withExperiment(Trial.yaml(duration: "9s", faults: faults)) { run in
            let (_, text) = try run.run(atMost: .seconds(60))
            let ways = try #require(try verdict(run).ways, "\(text)")
            let out = try #require(ways.first { ($0.from, $0.to, $0.phase) == ("client", "web", "cut#1") })
            let back = try #require(ways.first { ($0.from, $0.to, $0.phase) == ("web", "client", "cut#1") })
            #expect(out.sent >= 36 && out.answered == 0)
            #expect(out.lost == out.sent && back.lost == 0, "out \(out), back \(back)")
        }
    }

    @Test func `judging a stored run again gives the same bytes`() async throws {
        let faults = "  - { name: cut, at: 2s, for: 1s, partition: { from: client, to: web } }"
        try await withExperiment(Trial.yaml(duration: "5s", faults: faults)) { run in
            let (code, _) = try run.run(atMost: .seconds(60))
            let before = run.file("verdict.json")
            let folder = try #require(run.results)
            let again = try Program.run(["judge", folder.path], in: run.folder.path)
            #expect(again.code == code)
            #expect(run.file("verdict.json") == before)
            #expect(!before.isEmpty)
        }
    }
}

/// Response times of a whole run, from its recording.
private struct Figures {
    let p99: Double
    let max: Double

    init(of run: TestRun) throws {
        let bytes = [UInt8](
            try Data(contentsOf: #require(run.results).appending(path: "recording/exchanges-direct.flx"))
        )
        let times = ExchangeTimes.seconds(in: bytes).sorted()
        try #require(times.count >= 100)
        p99 = times[times.count * 99 / 100 - 1]
        max = times[times.count - 1]
    }
}
