import Foundation
import Lab
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing
import Verdict

extension Verdict {
    fileprivate var withoutRequestWays: Verdict {
        var copy = self
        copy.ways = ways?.map { way in
            var way = way
            way.requests = nil
            return way
        }
        return copy
    }
}

/// Where the time of a whole run's requests went, told from its folder.
@Suite(.serialized, .requiresRoot) struct SplitExperimentTests {
    /// One row of the report's table: mean and median in nanoseconds, and who held it.
    private struct Row {
        let phase: String
        let part: String
        let mean: Double
        let median: Double
        let holder: String
    }

    /// "20.1 ms (± 21 ns)" and the like.
    private func nanoseconds(_ text: String) -> Double {
        let words = text.replacing("≲ ", with: "").split(separator: " ")
        let units = ["ns": 1.0, "µs": 1e3, "ms": 1e6, "s": 1e9]
        guard words.count >= 2, let value = Double(words[0]), let unit = units[String(words[1])] else {
            return .nan
        }
        return value * unit
    }

    private func rows(of run: TestRun) -> [Row] {
        let lines = run.file("report.md").split(separator: "\n")
        guard let start = lines.firstIndex(where: { $0.hasPrefix("## Where the time") }) else { return [] }
        return lines[start...].dropFirst(3).prefix { $0.hasPrefix("|") }.map { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map {
                $0.replacing("\u{a0}", with: " ").replacing("\u{202f}", with: " ")
                    .trimmingCharacters(in: .whitespaces)
            }
            return Row(
                phase: cells[0],
                part: cells[1],
                mean: nanoseconds(cells[2]),
                median: nanoseconds(cells[4]),
                holder: cells[6]
            )
        }
    }

    private func judged(_ run: TestRun) throws -> Verdict {
        try JSONDecoder().decode(Verdict.self, from: Data(run.file("verdict.json").utf8))
    }

    /// Without a fault the probes' and the requests' packets go the same way; a probe's ends are in the programs, so it takes
    /// no less than a packet from wire to wire, and no more than the programs' waking up. What a captured host holds delays
    /// the probes alone.
    private func expectAgreement(of ways: [WayFigures]) throws {
        for way in ways {
            let own = try #require(way.requests, "\(way.from) → \(way.to) in \(way.phase)")
            let (median, bound) = (try #require(way.median), try #require(way.bound))
            #expect(own.least + own.bound >= 0 && own.least <= own.median && own.median <= own.greatest)
            guard way.phase == "baseline" else {
                let (change, limit) = (try #require(own.change), try #require(own.changeBound))
                #expect(abs(change) <= 300 + limit, "\(way)")
                continue
            }
            #expect(own.floor == own.least && own.count >= 90)
            #expect(own.least - own.bound <= median + bound, "\(way)")
            #expect(median - bound <= own.median + own.bound + 600, "\(way)")
        }
        #expect(Set(ways.map(\.from)) == ["client", "web"] && ways.count == 8)
    }

    @Test func `a delay shows in the part where it holds the packets, and nearly all requests are split`()
        async throws
    {
        let faults = """
              - { name: slow-out, at: 1s, for: 2s, on: client, delay: { latency: 20ms, to: web } }
              - { name: slow-in, at: 4s, for: 2s, on: client, delay: { latency: 20ms, from: web } }
              - { name: slow-server, at: 7s, for: 2s, on: web, delay: { latency: 20ms, to: client } }
            """
        let yaml = Trial.yaml(
            rate: "100/s",
            duration: "10s",
            faults: faults,
            guards: "capture: [client, web]"
        )
        try await withExperiment(yaml) { run in
            let (code, text) = try run.run(atMost: .seconds(60))
            #expect(code == 0 || code == 3, "\(text)")
            let rows = rows(of: run)
            let held = [
                "slow-out": "client’s queue", "slow-in": "client again", "slow-server": "server",
            ]
            for (phase, part) in held {
                let row = try #require(rows.first { $0.phase == phase && $0.part == part }, "\(phase)")
                #expect(row.holder == phase)
                #expect((19.9e6...25e6).contains(row.median), "\(phase): \(row.median)")
                for other in rows
                where other.phase == phase && other.part != part && !other.part.hasPrefix("resp") {
                    #expect(other.median < 5e6, "\(phase): \(other.part) \(other.median)")
                    #expect(other.holder.isEmpty || other.holder == "local queue")
                }
            }
            // Means are printed with three digits.
            for phase in Set(rows.map(\.phase)).subtracting(["recovery"]) {
                let own = rows.filter { $0.phase == phase }
                let parts = own.filter { !$0.part.hasPrefix("response") }.reduce(0) { $0 + $1.mean }
                let whole = try #require(own.first { $0.part.hasPrefix("response") }).mean
                #expect(abs(parts - whole) < 0.01 * whole, "\(phase): \(parts) and \(whole)")
            }
            // From the folder alone, and the same again.
            let before = run.file("report.html")
            let folder = try #require(run.results)
            #expect(try Program.run(["report", folder.path], in: run.folder.path).code == 0)
            #expect(run.file("report.html") == before)
            #expect(before.contains("id=\"split-0\""))
            let unsplit =
                run.file("report.md").firstMatch(of: /Not split: ([0-9]+) of/).flatMap { Int($0.1) } ?? 0
            #expect(unsplit <= 10, "\(unsplit) not split")
            let verdict = try judged(run)
            try expectAgreement(of: try #require(verdict.ways))
            // What is no capture costs the split and the requests' ways, and nothing else.
            try Data("no packets".utf8).write(to: folder.appending(path: "recording/packets-web.1.pcap"))
            let again = try Program.run(["judge", folder.path], in: run.folder.path)
            #expect(
                again.code == code && again.text.contains("packets-web.1.pcap: is no pcap file"),
                "\(again.text)"
            )
            #expect(try judged(run) == verdict.withoutRequestWays)
            #expect(!run.file("report.md").contains("Where the time"))
        }
    }

    @Test func `the packets of an agent that was killed are readable, and without them nothing else is lost`()
        async throws
    {
        let yaml = Trial.yaml(rate: "200/s", duration: "20s", faults: "", guards: "capture: [client, web]")
        try await withExperiment(yaml) { run in
            let program = try run.start()
            #expect(run.waitForEvent(["\"clock\"", "\"client\""], atMost: .seconds(20)))
            try await Task.sleep(for: .seconds(4))
            let web = try #require(run.lab?.layout.hosts.first { $0.name == "web" })
            let inode = try NetworkNamespace(named: web.namespace).inode()
            let agent = ProcessTable.current().statuses.first { status in
                let words = (try? FileContents.text("/proc/\(status.identity.pid)/cmdline")) ?? ""
                return ProcessTable.networkNamespace(of: status.identity.pid) == inode
                    && words.contains("\0agent\0")
            }
            #expect(try ProcessHandle.open(try #require(agent).identity).signal(9))
            #expect(program.wait(atMost: .seconds(40)) == 6, "\(program.text)")
            // What the killed agent had written splits the requests until then.
            let text = run.file("report.md")
            #expect(rows(of: run).contains { $0.part == "server" && $0.mean > 0 }, "\(text)")
        }
    }
}
