import Foundation
import LinuxSystem
import Processes
import TestSupport
import Testing
import Verdict

#if canImport(Glibc)
import Glibc
#endif

/// `faultline load` against a real nginx on loopback, in a network namespace of its own.
@Suite(.serialized, .requiresRoot) struct LoadCommandTests {
    struct Site {
        let folder: URL
        let nginx: ProcessHandle
        let namespace: NetworkNamespace

        func load(_ words: [String]) throws -> (code: Int32?, text: String) {
            try namespace.inside { try Program.run(["load"] + words, in: folder.path, atMost: .seconds(60)) }
        }

        func start(_ words: [String]) throws -> Program {
            try namespace.inside { try Program.start(["load"] + words, in: folder.path) }
        }

        func file(_ name: String) -> String {
            (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
        }
    }

    static let url = "http://127.0.0.1:8080/"

    func withSite(_ body: (Site) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-load-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(TestRun.nginx.utf8).write(to: folder.appending(path: "nginx.conf"))
        try await withTestNamespaces(count: 1) { hosts in
            let nginx = try hosts[0].namespace.inside {
                try Spawner.spawn(
                    Command(
                        ["nginx", "-p", folder.path, "-c", "\(folder.path)/nginx.conf"],
                        environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
                        directory: folder.path,
                        log: "\(folder.path)/nginx.log"
                    )
                )
            }
            defer {
                _ = try? nginx.signal(SIGTERM)
                _ = nginx.wait(for: .seconds(10))
            }
            let site = Site(folder: folder, nginx: nginx, namespace: hosts[0].namespace)
            let patience = ContinuousClock.now + .seconds(10)
            while ContinuousClock.now < patience {
                let (code, _) = try site.load([
                    Self.url, "--rate", "50/s", "-d", "1s", "--availability", "90",
                ])
                if code == 0 { break }
            }
            try await body(site)
        }
    }

    @Test func `a threshold that is met ends with 0, one that is missed with 1, and files are written`()
        async throws
    {
        try await withSite { site in
            let words = [Self.url, "--rate", "500/s", "-d", "2s", "--below", "p90=500ms"]
            let (met, text) = try site.load(
                words + ["--csv", "s.csv", "--hlog", "l.hlog", "--html", "r.html"]
            )
            #expect(met == 0, "\(text)")
            #expect(text.contains("1 000 requests due in 2.00 s (500/s), 1 000 answered"), "\(text)")
            let rows = site.file("s.csv").split(separator: "\r\n").map { $0.split(separator: ",") }
            #expect(rows.first?.prefix(4) == ["load", "second", "due", "good"])
            #expect(rows.dropFirst().compactMap { Int($0[2]) }.reduce(0, +) == 1000)
            #expect(site.file("l.hlog").contains("Histogram log format version 1.3"))
            #expect(site.file("r.html").contains("<svg"))
            let (missed, json) = try site.load([
                Self.url, "--rate", "500/s", "--below", "p99=1us", "-d", "2s", "--json",
            ])
            // A generator that was late on a busy machine is said to have been, and nothing is claimed.
            #expect(missed == 1 || missed == 3 && json.contains("generator"), "\(json)")
            // What is told meanwhile goes to standard error, which the log holds too.
            let begin = try #require(json.firstIndex(of: "{"))
            let verdict = try JSONDecoder().decode(Verdict.self, from: Data(json[begin...].utf8))
            #expect(verdict.outcome != .met && verdict.findings.count == 1)
        }
    }

    @Test func `a server that stops for a second is felt by all who were due meanwhile`() async throws {
        try await withSite { site in
            let words = [Self.url, "--rate", "1000/s", "-d", "5s", "--timeout", "5s", "--csv", "s.csv"]
            let program = try site.start(words + ["--below", "p99=100ms"])
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 1_500_000_000)
            let workers = try ServiceTree.workers(of: site.nginx)
            for worker in workers { try worker.signal(SIGSTOP) }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 1_000_000_000)
            for worker in workers { try worker.signal(SIGCONT) }
            let code = program.wait(atMost: .seconds(30))
            #expect(code == 1 || code == 3 && program.text.contains("generator"), "\(program.text)")
            #expect(program.text.contains("5 000 requests due in 5.00 s"), "\(program.text)")
            #expect(program.text.contains("100 % good"), "\(program.text)")
            // A fifth of the requests was due in the second: the longest waited for all of it.
            let rows = site.file("s.csv").split(separator: "\r\n").dropFirst().map {
                $0.split(separator: ",")
            }
            let longest = rows.compactMap { Double($0.last ?? "") }.max() ?? 0
            #expect((900...1200).contains(longest), "\(longest) ms")
        }
    }

    @Test func `Ctrl-C stops, accounts for what was due, and ends with 4`() async throws {
        try await withSite { site in
            let program = try site.start([Self.url, "--rate", "200/s", "-d", "60s", "--html", "r.html"])
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 2_000_000_000)
            try program.process.signal(SIGINT)
            #expect(program.wait(atMost: .seconds(20)) == 4, "\(program.text)")
            #expect(program.text.contains("stopped by the user"), "\(program.text)")
            #expect(site.file("r.html").contains("<svg"))
        }
    }

    @Test func `a file without a lab runs as load alone`() async throws {
        try await withSite { site in
            let yaml = """
                faultline: 1
                name: alone
                load:
                  main: { http: { url: "\(Self.url)" }, rate: 200/s }
                targets: { availability: { objective: "90" } }
                duration: 2s
                """
            try Data(yaml.utf8).write(to: site.folder.appending(path: "alone.yaml"))
            let (code, text) = try site.namespace.inside {
                try Program.run(["run", "alone.yaml", "--results", "out"], in: site.folder.path)
            }
            #expect(code == 0, "\(text)")
            let runs = try FileManager.default.contentsOfDirectory(
                atPath: site.folder.appending(path: "out").path
            ).filter { $0.hasPrefix("20") }
            let again = try Program.run(["judge", "out/\(runs[0])"], in: site.folder.path)
            #expect(again.code == 0, "\(again.text)")
        }
    }

    @Test func `a trace is sent as it says for as long as it lasts, and a run's own arrivals are one`()
        async throws
    {
        try await withSite { site in
            let lines = (0..<400).map { "\(Double($0) * 0.005)\n" }.joined()
            try Data(lines.utf8).write(to: site.folder.appending(path: "a.csv"))
            let words = [Self.url, "--trace", "a.csv", "--speed", "2", "--results", "out", "--csv", "s.csv"]
            let (code, text) = try site.load(words)
            #expect(code == 0 && text.contains("400 requests due in 1.00 s"), "\(text)")
            let runs = try FileManager.default.contentsOfDirectory(
                atPath: site.folder.appending(path: "out").path
            ).filter { $0.hasPrefix("20") }
            let own = try Program.run(["arrivals", "out/\(runs[0])"], in: site.folder.path)
            let due = own.text.split(separator: "\n").dropFirst().compactMap { Double($0) }
            #expect(due.count == 400)
            #expect(zip(due, 0..<400).allSatisfy { abs($0 - Double($1) * 0.0025) < 1e-9 })
            try Data(own.text.utf8).write(to: site.folder.appending(path: "b.csv"))
            for again in ["b.csv", "s.csv"] {
                let (code, text) = try site.load([Self.url, "--trace", again, "-d", "4s"])
                #expect(code == 0 && text.contains("400 requests due in 4.00 s"), "\(again): \(text)")
                #expect(text.contains("before the run does; nothing is due then"), "\(again): \(text)")
            }
        }
    }

    @Test(arguments: [
        (["http://127.0.0.1:1/", "--trace", "no-such.csv"], "'no-such.csv' cannot be read"),
        (["http://127.0.0.1:1/", "--trace", "a.csv", "--rate", "1/s"], "do not go together"),
        (["http://127.0.0.1:1/", "--rate", "1/s", "--speed", "2"], "give --trace FILE too"),
        (["http://127.0.0.1:1/", "--trace", "a.csv", "--repeat"], "give --duration 60s too"),
        (["http://127.0.0.1:1/", "--rate", "100"], "rate is '100' without a unit"),
        (["http://127.0.0.1:1/", "--rate", "100/s", "--below", "p99"], "below is ''"),
        (["ftp://127.0.0.1/", "--rate", "100/s"], "url"),
        (["http://127.0.0.1:1/", "--rate", "100/s", "--csv", "no/such/folder/x.csv"], "no/such/folder"),
        (["http://127.0.0.1:1/", "--rate", "100/s", "--poisson", "--ramp-to", "2/s"], "do not go together"),
        (["http://no-such-host.invalid/", "--rate", "100/s"], "cannot be resolved"),
    ])
    func `wrong words end with 2 and say which`(_ words: [String], _ expected: String) throws {
        let folder = FileManager.default.temporaryDirectory
        let (code, text) = try Program.run(["load"] + words, in: folder.path)
        #expect(code == 2 && text.contains(expected), "\(code ?? -1): \(text)")
    }
}

/// nginx's own children.
private enum ServiceTree {
    static func workers(of master: ProcessHandle) throws -> [ProcessHandle] {
        ProcessTable.current().statuses.filter { $0.parent == master.pid }
            .compactMap { try? ProcessHandle.open($0.identity) }
    }
}
