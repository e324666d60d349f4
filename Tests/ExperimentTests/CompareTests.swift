import Foundation
import TestSupport
import Testing
import Verdict

/// Two real runs side by side, by the program.
@Suite(.serialized, .requiresRoot) struct CompareTests {
    private static func yaml(latency: String) -> String {
        Trial.yaml(
            rate: "500/s",
            duration: "14s",
            faults:
                "  - { name: slow, at: 4s, for: 10s, on: web, delay: { latency: \(latency), to: client } }"
        )
    }

    /// Runs the trial with this delay; the run's folder.
    private static func run(_ latency: String, in run: TestRun) throws -> String {
        try Data(yaml(latency: latency).utf8).write(to: run.folder.appending(path: "trial.yaml"))
        let name = "run-\(latency)"
        let result = try Program.run(
            ["run", "trial.yaml", "--results", name, "--seed", "7"],
            in: run.folder.path
        )
        #expect(result.code == 0, "\(result.text)")
        let results = run.folder.appending(path: name)
        let folder = try FileManager.default.contentsOfDirectory(atPath: results.path).first {
            $0.hasPrefix("20")
        }
        return "\(name)/\(try #require(folder))"
    }

    @Test(.timeLimit(.minutes(3)))
    func
        `a longer delay is worse by as much, in its phase and nowhere else, and beyond a limit it ends with 1`()
        async throws
    {
        try await withExperiment(Self.yaml(latency: "20ms")) { run in
            let before = try Self.run("20ms", in: run)
            let after = try Self.run("30ms", in: run)
            let compare = { (words: [String]) in
                try Program.run(["compare"] + words, in: run.folder.path)
            }

            let plain = try compare([before, after])
            #expect(plain.code == 0, "\(plain.text)")
            #expect(plain.text.contains("worse: direct in slow: p50 "), "\(plain.text)")
            #expect(plain.text.contains("! different plans"), "\(plain.text)")
            #expect(plain.text.contains("! fault slow#1: "), "\(plain.text)")

            let machine = try compare([before, after, "--json"])
            let comparison = try JSONDecoder().decode(Comparison.self, from: Data(machine.text.utf8))
            let p50 = try #require(
                comparison.differences.first { $0.phase == "slow" && $0.measure == .p50 }
            )
            #expect(try #require(p50.changeLower) < 10 && 10 < #require(p50.changeUpper) + 0.5, "\(p50)")
            #expect(!comparison.differences.contains { $0.phase == "slow" && $0.answer == .better })

            #expect(try compare([before, after, "--allow", "p50=5ms", "--phase", "slow"]).code == 1)
            #expect(try compare([before, after, "--allow", "p50=50ms", "--phase", "slow"]).code == 0)
            #expect(try compare([before, after, "--allow", "p95=5ms"]).code == 2)
            #expect(try compare([before, "--allow", "p50=5ms"]).code == 2)
            #expect(try compare([before, "nowhere"]).code == 2)

            // A baseline outlives its run.
            #expect(try compare([before, "--save", "main", "--results", "kept"]).code == 0)
            try FileManager.default.removeItem(at: run.folder.appending(path: before))
            let later = try compare([
                after, "--baseline", "main", "--results", "kept", "--allow", "p50=10%", "--phase", "slow",
            ])
            #expect(later.code == 1, "\(later.text)")
            let file = try compare(["kept/baselines/main.json", after, "--markdown"])
            #expect(file.code == 0 && file.text.contains("| direct in slow | p50 |"), "\(file.text)")
            let none = try compare([after, "--baseline", "other", "--results", "kept"])
            #expect(none.code == 2 && none.text.contains("there are main"), "\(none.text)")
        }
    }
}
