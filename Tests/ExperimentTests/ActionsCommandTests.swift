import Foundation
import LinuxSystem
import Processes
import TestSupport
import Testing

/// What CI and shells ask of the program.
@Suite(.serialized, .requiresRoot) struct ActionsCommandTests {
    /// Runs the program with these variables besides; its code and all that it printed.
    private func run(_ words: [String], _ variables: [String: String], in folder: String) throws -> (
        code: Int32?, text: String
    ) {
        var environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "dumb"]
        environment.merge(variables) { _, new in new }
        let log = "\(folder)/log-\(UUID().uuidString.prefix(8))"
        let process = try Spawner.spawn(
            Command([Program.path] + words, environment: environment, directory: folder, log: log)
        )
        guard case .exited(let code) = process.wait(for: .seconds(60)) else { return (nil, "") }
        return (code, (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
    }

    @Test(.timeLimit(.minutes(2)))
    func
        `load, judge and compare append to the step summary, tables first, and a missed target is an annotation`()
        async throws
    {
        try await LoadCommandTests().withSite { site in
            let folder = site.folder.path
            let summary = "\(folder)/summary.md"
            try Data("# before\n".utf8).write(to: URL(fileURLWithPath: summary))
            let actions = ["GITHUB_STEP_SUMMARY": summary, "GITHUB_ACTIONS": "true"]
            let words = [
                "load", LoadCommandTests.url, "--rate", "200/s", "-d", "1s", "--availability", "99.9",
                "--results",
                "results",
            ]
            let load = try site.namespace.inside { try run(words, actions, in: folder) }
            #expect(load.code == 3, "\(load.text)")
            #expect(load.text.contains("::warning title=") && load.text.contains("99.9 %25"), "\(load.text)")
            let text = site.file("summary.md")
            #expect(text.hasPrefix("# before\n# ? Inconclusive"), "\(text.prefix(200))")
            #expect(text.contains("| Verdict | Target | Evidence |") && text.contains("<details>"))

            let name = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/results").first {
                $0.hasPrefix("20")
            }
            let stored = "results/\(try #require(name))"
            #expect(try run(["judge", stored], actions, in: folder).code == 3)
            #expect(site.file("summary.md").utf8.count > text.utf8.count)
            let compared = try run(["compare", stored, stored, "--allow", "p50=1s"], actions, in: folder)
            #expect(site.file("summary.md").contains("# Compared: "), "\(compared.text)")

            // Nothing of it is a reason to fail.
            let nowhere = try run(["judge", stored], ["GITHUB_STEP_SUMMARY": "/nowhere/s.md"], in: folder)
            #expect(nowhere.code == 3 && nowhere.text.contains("cannot be written"), "\(nowhere.text)")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `bash completes commands, options, experiment files, runs, baselines and words`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-shell-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = "2026-11-23T10-15-04Z-web-failover-3f9c"
        for path in ["Results/\(run)", "Results/baselines", "other/folder"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: path),
                withIntermediateDirectories: true
            )
        }
        let header =
            #"{"experiment":"web-failover","experimentFile":"w.yaml","summary":"","planDigest":"d","seed":1,"#
            + #""startedAt":"2026-11-23T10:15:04Z","durationNanoseconds":1,"faultlineVersion":"0","hosts":[]}"#
        for (path, text) in [
            ("Results/\(run)/plan.json", header), ("Results/baselines/main.json", "{}"), ("trial.yaml", ""),
            ("notes.txt", ""),
        ] { try Data(text.utf8).write(to: folder.appending(path: path)) }
        let script = try self.run(["--generate-completion-script", "bash"], [:], in: folder.path)
        #expect(script.code == 0)
        try Data(script.text.utf8).write(to: folder.appending(path: "completion.bash"))

        /// What bash would offer for the last of these words.
        func offered(_ words: [String]) throws -> [String] {
            let array = words.map { "'\($0)'" }.joined(separator: " ")
            let line = """
                source completion.bash; COMP_WORDS=(faultline \(array)); COMP_CWORD=\(words.count); COMP_TYPE=9; COMP_KEY=9
                COMP_LINE="faultline \(words.joined(separator: " "))"; COMP_POINT=${#COMP_LINE}
                name=$(complete -p faultline | sed 's/.*-F \\([^ ]*\\).*/\\1/'); $name faultline '\(words.last ?? "")' "${COMP_WORDS[COMP_CWORD-1]}" 2>errors
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            let log = "\(folder.path)/offered"
            let bash = try Spawner.spawn(
                Command(
                    ["bash", "--norc", "-c", line],
                    environment: [
                        "PATH":
                            "\(URL(fileURLWithPath: Program.path).deletingLastPathComponent().path):/usr/bin:/bin",
                        "TERM": "dumb",
                    ],
                    directory: folder.path,
                    log: log
                )
            )
            _ = bash.wait(for: .seconds(20))
            defer { try? FileManager.default.removeItem(atPath: log) }
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map { String($0).trimmingCharacters(in: .whitespaces) }
        }

        #expect(try offered(["com"]) == ["compare"])
        #expect(try offered(["runs", "tr"]) == ["trend"])
        #expect(try offered(["compare", "--al"]) == ["--allow"])
        #expect(try offered(["run", "tri"]) == ["trial.yaml"])
        #expect(try offered(["run", "no"]) == [], "not a YAML file")
        #expect(try offered(["judge", "Results/2026"]) == ["Results/\(run)"])
        #expect(try offered(["judge", ""]).contains("Results/\(run)"))
        #expect(try offered(["judge", "oth"]) == ["other/"])
        #expect(try offered(["compare", "Results/baselines/m"]) == ["Results/baselines/main.json"])
        #expect(try offered(["compare", "x", "--baseline", "m"]) == ["main"])
        #expect(try offered(["runs", "trend", "web"]) == ["web-failover"])
        #expect(try offered(["runs", "list", "--outcome", "mis"]) == ["missed"])
        #expect(try offered(["compare", "--allow", "p99"]).contains("p99="))
    }
}
