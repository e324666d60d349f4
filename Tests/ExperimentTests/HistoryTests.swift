import Correctness
import Foundation
import LinuxSystem
import Measures
import TestSupport
import Testing
import Verdict

/// Whole runs whose clients record what they do.
@Suite(
    .serialized,
    .requiresRoot,
    .timeLimit(.minutes(3)),
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-server"),
        "redis-server is missing: apt-get install redis-server"
    )
)
struct HistoryTests {
    private static let hasEtcd = FileManager.default.isExecutableFile(atPath: "/usr/bin/etcd")
    private static let experiments = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Experiments")

    /// Runs one of the repository's experiments; what its text becomes by `change`.
    private func run(
        _ name: String,
        change: (String) -> String = { $0 },
        _ body: (TestRun, Int32?, Verdict) throws -> Void
    ) async throws {
        let text = try String(contentsOf: Self.experiments.appending(path: "\(name).yaml"), encoding: .utf8)
        try await withExperiment(change(text)) { run in
            let files = Self.experiments.appending(path: name)
            let own =
                (try? FileManager.default.contentsOfDirectory(at: files, includingPropertiesForKeys: nil))
                ?? []
            for file in own {
                let copy = run.folder.appending(path: "trial/\(file.lastPathComponent)")
                try FileManager.default.copyItem(at: file, to: copy)
            }
            let result = try run.run(atMost: .seconds(100))
            try body(run, result.code, try verdict(run, saying: result.text))
        }
    }

    private func verdict(_ run: TestRun, saying text: String) throws -> Verdict {
        let json = run.file("verdict.json")
        try #require(!json.isEmpty, "no verdict: \(text)")
        return try JSONDecoder().decode(Verdict.self, from: Data(json.utf8))
    }

    private static let plain = """
        faultline: 1
        name: trial
        lab:
          hosts:
            cache:
              services:
                - name: redis
                  run: redis-server --bind 0.0.0.0 --protected-mode no --save '' --dir {dir}
                  ready: tcp://cache:6379
            client: {}
        history:
          orders: { from: client, redis: { url: "redis://cache:6379" }, set: { clients: 3 }, rate: 100/s }
          prices: { from: client, redis: { url: "redis://cache:6379", timeout: 300ms }, registers: { keys: 5 }, rate: 100/s }
        faults:
          - { name: cut, at: 2s, for: 1s, partition: { between: [cache, client] } }
        targets:
          correctness:
            - { history: orders, lost-acknowledged-writes: 0 }
            - { history: prices, linearizable: true }
        duration: 5s
        """

    @Test("one Redis keeps what it acknowledged through a cut; the folder alone says so again")
    func plain() async throws {
        try await withExperiment(Self.plain) { run in
            let result = try run.run(atMost: .seconds(60))
            #expect(result.code == 0, "\(result.text)")
            let verdict = try verdict(run, saying: result.text)
            #expect(verdict.findings.map(\.outcome) == [.met, .met])
            let prices = try #require(verdict.histories?.first { $0.history == "prices" })
            // Those that were under way when the cut began, and those that could not connect in it.
            #expect(prices.unknown > 0 && prices.failed > 0 && prices.ok > 100)
            let orders = try #require(verdict.histories?.first { $0.history == "orders" }?.elements)
            #expect(orders.wasRead && orders.lost == 0 && orders.acknowledged > 100)

            let folder = try #require(run.results)
            let told = run.file("verdict.json")
            let again = try Program.run(["judge", folder.path, "--json"], in: run.folder.path)
            #expect(again.code == 0)
            #expect(run.file("verdict.json") == told)
            // The recording is what `check` reads.
            for (name, model) in [("orders", "set"), ("prices", "register")] {
                let history = folder.appending(path: "recording/history-\(name).jsonl").path
                let check = try Program.run(["check", history, "--as", model], in: run.folder.path)
                #expect(check.code == 0, "\(check.text)")
            }
            for page in ["report.html", "report.md"] {
                #expect(run.file(page).contains("Linearizable"))
            }
            #expect(run.file("junit.xml").contains("prices linearizable"))
        }
    }

    @Test(
        "clients on two hosts see one store, each line with its clock's bound, while one of them is cut off"
    )
    func severalHosts() async throws {
        let text = Self.plain.replacing("client: {}", with: "client: {}\n    other: {}")
            .replacing("from: client", with: "from: [client, other]")
        try await withExperiment(text) { run in
            let result = try run.run(atMost: .seconds(60))
            #expect(result.code == 0, "\(result.text)")
            let verdict = try verdict(run, saying: result.text)
            #expect(verdict.findings.map(\.outcome) == [.met, .met])
            let histories = try #require(verdict.histories)
            #expect(
                histories.allSatisfy {
                    $0.isWhole && $0.ok > 150 && $0.description.contains("client and other")
                }
            )
            let folder = try #require(run.results)
            let path = folder.appending(path: "recording/history-prices.jsonl")
            let file = try HistoryFile([UInt8](Data(contentsOf: path)), name: "prices")
            // One kernel's clock, read through probes: the bound is what they prove, some tens of microseconds.
            #expect(file.entries.allSatisfy { $0.bound > 0 && $0.bound < 100_000_000 })
            // The clients of the host that was not cut off went on.
            let met = file.entries.filter {
                (2_500_000_000..<2_900_000_000).contains($0.start) && $0.outcome == .ok
            }
            #expect(!met.isEmpty)
        }
    }

    @Test("a primary cut off from its replicas loses what it acknowledged, and that is counted")
    func sentinel() async throws {
        try await run("redis-sentinel") { run, code, verdict in
            #expect(code == 1)
            let orders = try #require(verdict.histories?.first { $0.history == "orders" }?.elements)
            #expect(orders.wasRead)
            // A hundred a second, from the cut until the old primary is told that it is none: 10 s at least.
            #expect(orders.lost > 300 && orders.lost < orders.acknowledged)
            let losses = try #require(orders.losses)
            #expect(losses.fault == "cut#1")
            #expect(losses.oldestSeconds > 5.5 && losses.newestSeconds > 15)
            let prices = try #require(verdict.histories?.first { $0.history == "prices" }?.registers)
            #expect(prices.linearizable == "violated" && !prices.example.isEmpty)
            #expect(run.file("report.html").contains("counter-example"))
        }
    }

    @Test(
        "three members of etcd stay as one copy while each is cut off in turn",
        .enabled(if: hasEtcd, "etcd is missing: apt-get install etcd-server")
    )
    func etcd() async throws {
        try await run("etcd-partition") { _, code, verdict in
            let finding = try #require(verdict.findings.first { $0.target == "settings linearizable" })
            #expect(finding.outcome == .met, "\(finding.evidence)")
            #expect(code == 0, "\(verdict.findings)")
            let settings = try #require(verdict.histories?.first)
            // A member without a majority answers nothing.
            #expect(settings.unknown > 0 && settings.ok > 500)
        }
    }

    @Test(
        "reads of whatever a member has are found not to be of one copy while it is cut off",
        .enabled(if: hasEtcd, "etcd is missing: apt-get install etcd-server")
    )
    func serializable() async throws {
        let change = { (text: String) in
            text.replacing("timeout: 700ms }", with: "timeout: 700ms, reads: serializable }")
        }
        try await run("etcd-partition", change: change) { _, code, verdict in
            #expect(code == 1)
            let settings = try #require(verdict.histories?.first?.registers)
            #expect(settings.linearizable == "violated" && !settings.violations.isEmpty)
        }
    }
}
