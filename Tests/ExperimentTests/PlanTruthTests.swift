import Foundation
import Lab
import Processes
import Recording
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What `plan` says is what `run` does.
@Suite(.serialized, .requiresRoot) struct PlanTruthTests {
    /// Every kind, faults that meet on the same packets, filters of every sort, both directions.
    private static let faults = """
          - { name: slow, at: 2s, for: 30s, on: web, delay: { latency: 20ms, jitter: 5ms, distribution: pareto, correlation: 25%, to: client } }
          - { name: more, at: 3s, for: 30s, on: web, delay: { latency: 200us, to: client } }
          - { name: lossy, at: 3s, for: 30s, on: web, loss: { share: 0.05%, direction: both } }
          - { name: burst, at: 4s, for: 30s, on: web, loss: { gilbert-elliott: { p: 2%, r: 20% }, port: 8080, protocol: tcp, flows: 30% } }
          - { name: twice, at: 4s, for: 30s, on: client, duplicate: { share: 2%, user: root } }
          - { name: damage, at: 4s, for: 30s, on: client, corrupt: { share: 1%, to: 10.77.0.0/24 } }
          - { name: line, at: 5s, for: 30s, on: web, rate: { bandwidth: 999.5kbit, burst: 16kB, to: client } }
          - { name: bunch, at: 40s, for: 5s, on: web, slots: { gap: [5ms, 10ms], packets: 4, to: client } }
          - { name: next, at: 45s, for: 5s, on: web, slots: { gap: [5ms, 10ms], packets: 4, to: client } }
          - { name: cut, at: 50s, for: 2s, partition: { between: [web, client] } }
          - { name: gone, at: 50s, on: client, reset: { port: 8080 } }
          - { name: stop, at: 53s, for: 1s, on: web, pause: { service: nginx } }
          - { name: ice, at: 58s, for: 1s, on: web, pause: { service: nginx, by: freezer } }
          - { name: dead, at: 54s, on: web, kill: { service: nginx, signal: TERM, restart-after: 1s } }
          - { name: again, at: 56s, on: web, restart: { service: nginx } }
          - { name: busy, at: 56s, for: 1s, on: client, stress: { cpu: 20%, memory: 1% } }
          - { name: lid, at: 57s, for: 1s, on: web, limit: { service: nginx, cpus: 0.5, memory: 128MiB } }
        """

    private struct Outline: Decodable {
        struct Step: Decodable {
            let fault: String
            let host: String
            let operation: String
            let exactly: [String]
        }

        let steps: [Step]

        var told: [String: String] {
            Dictionary(
                steps.map {
                    ("\($0.fault) on \($0.host)", ([$0.operation] + $0.exactly).joined(separator: "\n"))
                }
            ) { first, _ in first }
        }
    }

    @Test func `the plan of every kind of fault is, word for word, what its agent then arms`() async throws {
        try await withExperiment(Trial.yaml(duration: "60s", faults: Self.faults)) { run in
            let planned = try Program.run(
                ["plan", "trial.yaml", "--seed", "7", "--json"],
                in: run.folder.path
            )
            #expect(planned.code == 0, "\(planned.text)")
            let outline = try JSONDecoder().decode(Outline.self, from: Data(planned.text.utf8)).told
            #expect(outline.count == 18)

            let program = try run.start()
            #expect(run.waitForEvent(["\"slow#1\"", "\"started\""], atMost: .seconds(30)), "\(program.text)")
            _ = try program.process.signal(SIGINT)
            #expect(program.wait(atMost: .seconds(30)) == 4, "\(program.text)")
            let armed = try Self.armed(run.file("recording/events.jsonl"))
            #expect(Set(armed.keys) == Set(outline.keys))
            for (fault, told) in outline { #expect(armed[fault] == told, "\(fault)") }
        }
    }

    private static func armed(_ recording: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for line in recording.split(separator: "\n") {
            let event = try JSONDecoder().decode(RunEvent.self, from: Data(line.utf8))
            guard case .injection(let injection) = event.body, injection.step == .armed else { continue }
            found["\(injection.fault) on \(event.host)"] = injection.detail
        }
        return found
    }

    /// Said before anything was started, by every host at once.
    @Test(arguments: [
        ("delay: { latency: 5ms, interface: eth7 }", "there is no interface eth7"),
        ("delay: { latency: 5ms, user: nobody-of-that-name }", "no user \"nobody-of-that-name\""),
        ("delay: { latency: 5ms, cgroup: /no/such/group }", "/no/such/group"),
    ])
    func `what a host cannot do ends a plan and a run with 2, and nothing was touched`(
        kind: String,
        words: String
    ) async throws {
        let faults = "  - { name: odd, at: 2s, for: 3s, on: web, \(kind) }"
        try await withExperiment(Trial.yaml(duration: "10s", faults: faults)) { run in
            let planned = try Program.run(["plan", "trial.yaml"], in: run.folder.path)
            #expect(planned.code == 2 && planned.text.contains(words), "\(planned.text)")
            let (code, text) = try run.run(atMost: .seconds(30))
            #expect(code == 2 && text.contains(words), "\(text)")
            #expect(!text.contains("starting nginx"), "\(text)")
            #expect(run.results == nil && run.lab == nil)
        }
    }
}

/// Hosts of a lab have IPv6 too, and faults on a host mean both of its addresses.
@Suite(.serialized, .requiresRoot) struct LabAddressTests {
    @Test func `a partition between two hosts cuts IPv4 and IPv6`() async throws {
        let cut = "  - { name: cut, at: 3s, for: 30s, partition: { between: [web, client] } }"
        try await withExperiment(Trial.yaml(duration: "40s", faults: cut)) { run in
            let program = try run.start()
            #expect(run.waitForEvent(["\"cut#1\"", "\"armed\""], atMost: .seconds(20)), "\(program.text)")
            let lab = try #require(run.lab).layout.id
            func answers(_ name: String) throws -> Bool {
                let ping = ["ping", "-c", "2", "-i", "0.2", "-W", "1", name]
                return try Program.run(["lab", "exec", lab, "client", "--"] + ping, in: run.folder.path).code
                    == 0
            }
            #expect(try answers("web") && answers("web.ip6"))
            #expect(run.waitForEvent(["\"cut#1\"", "\"started\""], atMost: .seconds(20)), "\(program.text)")
            #expect(try !answers("web"))
            #expect(try !answers("web.ip6"))
            _ = try program.process.signal(SIGINT)
            #expect(program.wait(atMost: .seconds(30)) == 4, "\(program.text)")
        }
    }

    @Test func `a load by IPv6 fails while its server is cut off, and is well before and after`() async throws
    {
        let cut = "  - { name: cut, at: 3s, for: 2s, partition: { between: [web, client] } }"
        try await withExperiment(Trial.yaml(duration: "8s", faults: cut, server: "web.ip6")) { run in
            let (code, text) = try run.run(atMost: .seconds(60))
            #expect(code == 1 || code == 3, "\(text)")
            let verdict = run.file("report.md")
            #expect(verdict.contains("http://web.ip6:8080/"), "\(verdict)")
            // Of 1600: what is sent in the cut's first second times out, what is sent in its last is repeated by TCP.
            let good = try #require(text.firstMatch(of: /of direct: ([0-9 \u{202f}\u{a0}]+) of/)?.1)
            let count = try #require(Int(good.filter(\.isNumber)))
            #expect((1150...1450).contains(count), "\(text)")
        }
    }
}
