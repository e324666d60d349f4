import Foundation
import Lab
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The program as a person uses it.
@Suite(.serialized, .requiresRoot) struct CommandTests {
    @Test func `a bad file ends with 2, names line and column, and touches nothing`() async throws {
        let yaml = Trial.yaml(duration: "5s", faults: "").replacing("timeout:", with: "timout:")
        try await withExperiment(yaml) { run in
            let before = LabState.ids
            let (code, text) = try run.run(atMost: .seconds(20))
            #expect(code == 2)
            #expect(text.contains("trial.yaml:10:"), "\(text)")
            #expect(text.contains("timeout"), "\(text)")
            #expect(run.results == nil)
            #expect(LabState.ids == before)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a stopped run heals, writes its report and ends with 4`(signal: Int32) async throws {
        try await withExperiment(Trial.yaml(duration: "60s", faults: Trial.longDelay)) { run in
            let program = try run.start()
            #expect(run.waitForEvent(["\"slow#1\"", "\"started\""], atMost: .seconds(20)), "\(program.text)")
            let lab = try #require(run.lab).layout.id
            _ = try program.process.signal(signal)
            #expect(program.wait(atMost: .seconds(20)) == 4, "\(program.text)")
            #expect(run.file("report.html").contains("<svg"))
            #expect(run.file("recording/events.jsonl").contains("healed"))
            #expect(leftovers(of: lab) == [])
        }
    }

    @Test func `a guard stops the run, which heals and ends with 4`() async throws {
        let guards = "guard:\n  - { availability-below: 50%, over: 2s }"
        let yaml = Trial.yaml(duration: "60s", faults: Trial.longKill, guards: guards, timeout: "500ms")
        try await withExperiment(yaml) { run in
            let (code, text) = try run.run(atMost: .seconds(40))
            #expect(code == 4, "\(text)")
            #expect(text.contains("availability"), "\(text)")
        }
    }

    @Test func `a history that breaks its promise ends with 1 and names the lines`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func check(_ lines: [String]) throws -> (code: Int32?, text: String) {
            try lines.joined(separator: "\n").write(
                to: folder.appending(path: "h.jsonl"),
                atomically: false,
                encoding: .utf8
            )
            return try Program.run(["check", "h.jsonl", "--as", "register"], in: folder.path)
        }
        let write = #"{"op": "write", "value": 1, "start": 0, "end": 10}"#
        let broken = try check([write, #"{"op": "read", "value": null, "start": 20, "end": 30}"#])
        #expect(broken.code == 1 && broken.text.contains("BROKEN"), "\(broken)")
        #expect(broken.text.contains("neither came first: nothing (lines 2) and 1 (lines 1)"), "\(broken)")
        let whole = try check([write, #"{"op": "read", "value": 1, "start": 20, "end": 30}"#])
        #expect(whole.code == 0 && whole.text.contains("HOLDS"), "\(whole)")
        let bad = try check([write, "nonsense"])
        #expect(bad.code == 2 && bad.text.contains("h.jsonl:2: no operation"), "\(bad)")
        let torn = try check([write, #"{"op": "read", "val"#])
        #expect(torn.code == 0 && torn.text.contains("h.jsonl: its last line broke off"), "\(torn)")
    }

    @Test func `a service that does not start is named with its log, and nothing is left`() async throws {
        let yaml = Trial.yaml(duration: "5s", faults: "").replacing(
            "{files}/nginx.conf",
            with: "/nowhere.conf"
        )
        try await withExperiment(yaml) { run in
            let (code, text) = try run.run(atMost: .seconds(40))
            #expect(code == 6)
            #expect(text.contains("nginx") && text.contains("/nowhere.conf"), "\(text)")
            #expect(run.lab == nil)
        }
    }

    @Test func `lab up, exec and down show a host from the inside`() async throws {
        try await withExperiment(Trial.yaml(duration: "5s", faults: "")) { run in
            let up = try Program.run(["lab", "up", "trial.yaml"], in: run.folder.path)
            #expect(up.code == 0, "\(up.text)")
            let id = try #require(run.lab).layout.id
            let inside = try Program.run(
                ["lab", "exec", id, "client", "--", "curl", "-s", "http://web:8080/"],
                in: run.folder.path
            )
            #expect(inside.text == "ok")
            let names = try Program.run(
                ["lab", "exec", id, "client", "--", "cat", "/etc/hosts"],
                in: run.folder.path
            )
            #expect(names.text.contains("10.77.0.11 web"))
            #expect(try Program.run(["lab", "down", id], in: run.folder.path).code == 0)
            #expect(leftovers(of: id) == [])
            #expect(try Program.run(["lab", "down", id], in: run.folder.path).code == 0, "twice is once")
            #expect(!LabState.ids.isEmpty || access(LabState.root, F_OK) != 0, "an empty folder is left")
        }
    }

    @Test(arguments: [
        ["--help"], ["run", "--help"], ["plan", "--help"], ["lab", "--help"], ["nines", "--help"],
        ["doctor", "--help"],
        ["recover", "--help"], ["judge", "--help"], ["clock", "replay", "--help"], ["report", "--help"],
        ["agent", "--help"],
        ["validate", "--help"],
    ])
    func `help is printed and ends with 0`(words: [String]) throws {
        let result = try Program.run(words, in: "/tmp")
        #expect(result.code == 0)
        #expect(result.text.contains("USAGE"))
    }

    @Test(arguments: [
        ["rnu"], ["run"], ["nines", "100"], ["nines", "--year", "400"], ["plan", "/nowhere.yaml"],
        ["clock", "replay", "/nowhere.csv"], ["clock", "replay", "/nowhere.csv", "--drift-ppm", "-1"],
    ])
    func `wrong usage ends with 2`(words: [String]) throws {
        #expect(try Program.run(words, in: "/tmp").code == 2)
    }

    @Test func `plan, nines, doctor and validate print JSON when asked`() async throws {
        try await withExperiment(
            Trial.yaml(duration: "5s", faults: Trial.longKill.replacing("50s", with: "2s"))
        ) { run in
            for words in [
                ["plan", "trial.yaml", "--json"], ["nines", "--json"], ["doctor", "--json"],
                ["validate", "trial.yaml", "--json"],
            ] {
                let result = try Program.run(words, in: run.folder.path)
                #expect(result.code == 0, "\(words): \(result.text)")
                #expect((try? JSONSerialization.jsonObject(with: Data(result.text.utf8))) != nil, "\(words)")
            }
        }
    }

    @Test func `a plan for hosts names no address of a lab that is not there`() async throws {
        let text = """
            faultline: 1
            name: hosts
            hosts:
              web1: { agent: "10.0.0.11:7443", addresses: [10.0.0.11], interface: eth0 }
              client: { agent: "10.0.0.12:7443", addresses: [10.0.0.12], interface: eth0 }
            load:
              main: { from: client, http: { url: "http://web1/" }, rate: 10/s, good: { status: 200 } }
            faults: [ { name: cut, at: 1s, for: 1s, partition: { between: [web1, client] } } ]
            targets: { availability: { objective: "90", load: main } }
            duration: 5s
            """
        try await withExperiment(text) { run in
            let result = try Program.run(["plan", "trial.yaml"], in: run.folder.path)
            #expect(result.code == 0, "\(result.text)")
            #expect(result.text.contains("10.0.0.11") && result.text.contains("cut#1 on web1"))
            #expect(!result.text.contains("10.78."), "\(result.text)")
            #expect(result.text.contains("no fault touches it, wherever it answers"), "\(result.text)")
        }
    }
}
