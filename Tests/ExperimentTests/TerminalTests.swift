import Foundation
import Lab
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The program on a terminal: a pseudo terminal of util-linux' script, whose bytes are read by a screen.
@Suite(.serialized, .requiresRoot) struct TerminalTests {
    static let (columns, rows) = (100, 30)

    /// Starts the program on a terminal, in this folder; its bytes go to the file "screen".
    private func start(_ words: [String], environment: [String: String] = [:], in folder: URL) throws
        -> ProcessHandle
    {
        let program = ([Program.path] + words).map { "'\($0)'" }.joined(separator: " ")
        let inside = "stty rows \(Self.rows) cols \(Self.columns); echo $$ > pid; exec \(program)"
        var all = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "xterm"]
        all.merge(environment) { _, new in new }
        return try Spawner.spawn(
            Command(
                ["script", "--quiet", "--flush", "--return", "--command", inside, "screen"],
                environment: all,
                directory: folder.path,
                log: "\(folder.path)/script.log"
            )
        )
    }

    private func bytes(_ folder: URL) -> String {
        let text = (try? FileContents.text("\(folder.path)/screen")) ?? ""
        // script's own first and last lines.
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("Script started on") && !$0.hasPrefix("Script done on") }.joined(
                separator: "\n"
            )
    }

    private func screen(_ folder: URL) -> Screen {
        var screen = Screen(columns: Self.columns, rows: Self.rows)
        screen.write(bytes(folder))
        return screen
    }

    private func wait(atMost seconds: Int, until isSo: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if isSo() { return true }
            usleep(50_000)
        }
        return false
    }

    private static let yaml = Trial.yaml(
        duration: "8s",
        faults: "  - { name: slow, at: 2s, for: 3s, on: web, delay: { latency: 20ms, to: client } }",
        guards: "guard:\n  - { availability-below: 10%, over: 2s }"
    )

    @Test(.timeLimit(.minutes(2)))
    func `a run shows its plan, then a view in place, then a few lines that say it all`() async throws {
        try await withExperiment(Self.yaml) { run in
            let script = try start(
                ["run", "trial.yaml", "--results", "results", "--seed", "7"],
                in: run.folder
            )
            #expect(
                wait(atMost: 40) {
                    screen(run.folder).lines.contains {
                        $0.hasPrefix("slow, phase 2 of 3") && $0.contains("of 8 s")
                    }
                },
                "\(screen(run.folder).lines)"
            )
            let during = screen(run.folder)
            #expect(
                during.lines.contains {
                    $0.hasPrefix("faults") && $0.contains("slow#1") && $0.hasSuffix("left")
                }
            )
            #expect(during.lines.contains { $0.hasPrefix("requests") && $0.contains("/s due") })
            #expect(during.lines.contains { $0.hasPrefix("guard") && $0.contains("stops below 10%") })
            #expect(during.lines.count { $0.contains("of 8 s") } == 1, "\(during.lines)")
            // The plan came before it.
            #expect(during.lines.contains { $0.hasPrefix("trial: 8 s, seed 7, plan ") }, "\(during.lines)")
            #expect(during.lines.contains { $0.hasPrefix("targets") })
            guard case .exited(0) = script.wait(for: .seconds(40)) else {
                Issue.record("\(bytes(run.folder))")
                return
            }
            let after = screen(run.folder)
            #expect(after.lines.contains { $0.hasPrefix("trial: MET (exit 0)") }, "\(after.lines)")
            #expect(after.lines.contains { $0.hasPrefix("report: ") })
            #expect(!after.lines.contains { $0.contains("of 8 s  ") }, "the view is gone: \(after.lines)")
            let first = try #require(after.lines.firstIndex { $0.hasPrefix("trial: MET") })
            // The two paths take two rows each.
            let end = after.lines[first...].filter { !$0.isEmpty }
            #expect(end.count <= 7, "\(end)")
            #expect(after.unknown == [])
        }
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func `however a run is ended, the terminal is as it was`(signal: Int32) async throws {
        try await withExperiment(Self.yaml.replacing("8s", with: "60s")) { run in
            let script = try start(
                ["run", "trial.yaml", "--results", "results", "--seed", "7"],
                in: run.folder
            )
            #expect(wait(atMost: 40) { screen(run.folder).lines.contains { $0.contains("of 60 s") } })
            let pid = try #require(Int32(FileContents.text("\(run.folder.path)/pid").trimmed))
            let lab = run.lab?.layout.id
            kill(pid, signal)
            _ = script.wait(for: .seconds(30))
            let after = screen(run.folder)
            // Never hidden, never another screen, no colour left on, no mode left set.
            #expect(after.unknown == [])
            #expect(after.cursor.column == 0)
            if signal == SIGINT {
                #expect(after.lines.contains { $0.hasPrefix("report: ") }, "\(after.lines)")
                #expect(!after.lines.contains { $0.contains("of 60 s  ") }, "\(after.lines)")
            }
            // A killed run leaves its lab to `lab down`, or to the next that is brought up.
            for id in [lab].compactMap({ $0 }) where signal == SIGKILL {
                _ = try Program.run(["lab", "down", id], in: run.folder.path)
            }
        }
    }

    @Test(arguments: [["TERM": "dumb"], ["NO_COLOR": "1"], ["CI": "true"]])
    func `where nothing is to be rewritten there is a line at a time and no control character`(
        environment: [String: String]
    ) async throws {
        try await withExperiment(Self.yaml) { run in
            let script = try start(
                ["run", "trial.yaml", "--results", "results", "--seed", "7"],
                environment: environment,
                in: run.folder
            )
            guard case .exited(0) = script.wait(for: .seconds(60)) else {
                Issue.record("\(bytes(run.folder))")
                return
            }
            #expect(!bytes(run.folder).contains("\u{1b}"))
            #expect(bytes(run.folder).contains("5 of 8 s"))
        }
    }
}
