import Foundation
import Lab
import LinuxSystem
import Processes
import TestSupport
import Testing

/// Agents that keep a policy, and a coordinator that cannot widen it.
@Suite(.serialized, .requiresRoot) struct PolicyRunTests {
    private static let faults = """
          - { name: late, at: 1s, for: 1s, on: web, delay: { latency: 20ms, to: client } }
          - { name: gone, at: 2s, on: web, kill: { service: nginx, signal: KILL, restart-after: 1s } }
        """

    private func run(
        _ policy: String,
        faults: String = faults,
        _ body: (TestRun, Int32?, String) throws -> Void
    )
        async throws
    {
        try await withExperiment(Trial.yaml(duration: "5s", faults: faults)) { run in
            try Data(policy.utf8).write(to: run.folder.appending(path: "policy.yaml"))
            let words = [
                "run", "trial.yaml", "--results", "results", "--seed", "7", "--policy", "policy.yaml",
            ]
            let (code, text) = try Program.run(words, in: run.folder.path)
            try body(run, code, text)
        }
    }

    @Test
    func
        `a refused fault ends the run with 2 before anything was started, and names host, fault, rule and line`()
        async throws
    {
        let policy = """
            faultline-policy: 1
            peers: { never: [10.77.0.0/24] }
            processes:
              never: { service: nginx }
            """
        try await run(policy) { run, code, text in
            #expect(code == 2, "\(text)")
            let file = run.folder.appending(path: "policy.yaml").path
            let first =
                "web: late#1 is refused by the rule peers.never (\(file):2): packets with client (10.77.0."
            #expect(text.contains(first), "\(text)")
            #expect(
                text.contains("web: gone#1 is refused by the rule processes.never (\(file):4): "),
                "\(text)"
            )
            #expect(text.contains("2 refusals; no fault was armed on any host"), "\(text)")
            #expect(!text.contains("starting nginx"), "\(text)")
            #expect(run.results == nil, "a run that did not begin leaves no folder")
            #expect(run.lab == nil, "the lab is down")
            let left = (try? NetworkNamespace.list(prefix: LabLayout.prefix)) ?? []
            #expect(!left.contains { $0.name.contains("trial") })
        }
    }

    @Test func `processes that only a started service has are judged, before the first fault is armed`()
        async throws
    {
        let policy = "faultline-policy: 1\nprocesses: { never: { process: nginx } }\n"
        let faults = "  - { name: gone, at: 2s, on: web, kill: { service: nginx, restart-after: 1s } }"
        try await run(policy, faults: faults) { run, code, text in
            #expect(code == 2, "\(text)")
            #expect(text.contains("starting nginx"), "\(text)")
            #expect(text.contains("web: gone#1 is refused by the rule processes.never"), "\(text)")
            #expect(text.contains("(nginx), and process nginx is never touched"), "\(text)")
            #expect(run.results == nil && run.lab == nil)
        }
    }

    @Test func `what the policy allows runs as without one`() async throws {
        let policy = """
            faultline-policy: 1
            faults: { allow: [delay, kill] }
            interfaces: [eth0]
            processes: { allow: { service: nginx } }
            peers: { never: [192.0.2.0/24] }
            longest: 3s
            most-at-once: 1
            longest-lease: 2s
            """
        try await run(policy) { run, code, text in
            // Judged, whatever the verdict: one outage of a second in five may be too little to decide it.
            #expect([0, 1, 3].contains(code), "\(text)")
            let events = run.file("recording/events.jsonl")
            for fault in ["late#1", "gone#1"] {
                let lines = events.split(separator: "\n").filter { $0.contains("\"\(fault)\"") }
                for step in ["armed", "started", "healed"] {
                    #expect(lines.contains { $0.contains("\"\(step)\"") }, "\(fault) \(step)")
                }
            }
        }
    }

    @Test func `a policy with a mistake ends the run with 2 before there is a lab`() async throws {
        try await run("faultline-policy: 1\nlongest: 10\n") { run, code, text in
            #expect(code == 2)
            #expect(text.contains("policy.yaml:2:10: error: longest is '10' without a unit"), "\(text)")
            #expect(!text.contains("building the network"), "\(text)")
            #expect(run.results == nil && run.lab == nil)
        }
    }

    @Test func `an agent does not start with a policy that has a mistake, and names its line`() throws {
        try withFolder { folder in
            try Data("faultline-policy: 1\nfaults: { deny: [kil] }\n".utf8)
                .write(to: URL(filePath: "\(folder)/policy.yaml"))
            let result = try Program.run(
                [
                    "agent", "--host", "h", "--listen", "\(folder)/agent.sock", "--state", folder, "--policy",
                    "policy.yaml",
                ],
                in: folder,
                atMost: .seconds(20)
            )
            #expect(result.code == 2, "\(result.text)")
            #expect(
                result.text.contains("policy.yaml:2:18: error: 'kil' is no kind of fault"),
                "\(result.text)"
            )
            #expect(result.text.contains("Did you mean 'kill'?"), "\(result.text)")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/agent.sock"))
        }
    }

    @Test func `validate checks policies, alone and with experiments`() throws {
        try withFolder { folder in
            try Data("faultline-policy: 1\nlongest: 10m\n".utf8).write(
                to: URL(filePath: "\(folder)/good.yaml")
            )
            try Data("faultline-policy: 1\nlongst: 10m\n".utf8).write(to: URL(filePath: "\(folder)/bad.yaml"))
            let good = try Program.run(["validate", "--policy", "good.yaml"], in: folder)
            #expect(good.code == 0 && good.text == "good.yaml: valid\n", "\(good.text)")
            let bad = try Program.run(["validate", "--policy", "bad.yaml", "--json"], in: folder)
            #expect(bad.code == 2)
            #expect(bad.text.contains("bad.yaml:2:1: error: unknown key 'longst'"), "\(bad.text)")
            #expect(try Program.run(["validate"], in: folder).code == 2)
        }
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-policy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }
}
