import Foundation
import Glibc
import LinuxSystem
import Processes
import TestSupport
import Testing

/// `--pipeline` and `--streams` of `faultline load`, seen from real servers, in a network namespace of their own.
@Suite(.serialized, .requiresRoot) struct SharedLoadCommandTests {
    struct Site {
        let folder: String
        let namespace: NetworkNamespace

        func load(_ words: [String]) throws -> (code: Int32?, text: String) {
            try namespace.inside { try Program.run(["load"] + words, in: folder, atMost: .seconds(60)) }
        }

        func start(_ words: [String], log: String) throws -> ProcessHandle {
            try namespace.inside {
                try Spawner.spawn(
                    Command(
                        words,
                        environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
                        directory: folder,
                        log: "\(folder)/\(log)"
                    )
                )
            }
        }

        /// What redis-cli prints.
        func ask(_ words: String) throws -> String {
            let log = "\(folder)/cli"
            unlink(log)
            let client = try start(["redis-cli"] + words.split(separator: " ").map(String.init), log: "cli")
            #expect(client.wait(for: .seconds(10)) == .exited(0))
            return try FileContents.text(log)
        }
    }

    /// In words and files, {dir} is the server's folder.
    ///
    /// - Parameter ready: words of a load that is met once the server serves.
    func withServer(
        _ words: [String],
        files: [String: String] = [:],
        ready: [String],
        _ body: (Site) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-shared-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let placed = { (text: String) in text.replacing("{dir}", with: folder.path) }
        for (name, text) in files { try Data(placed(text).utf8).write(to: folder.appending(path: name)) }
        try await withTestNamespaces(count: 1) { hosts in
            let site = Site(folder: folder.path, namespace: hosts[0].namespace)
            let server = try site.start(words.map(placed), log: "server.log")
            defer {
                _ = try? server.signal(SIGTERM)
                _ = server.wait(for: .seconds(10))
            }
            let patience = ContinuousClock.now + .seconds(15)
            var isReady = false
            while !isReady, ContinuousClock.now < patience {
                let (code, _) = try site.load(ready + ["--rate", "20/s", "-d", "1s", "--availability", "50"])
                isReady = code == 0
            }
            try #require(isReady)
            try await body(site)
        }
    }

    @Test func `a pipeline lets a Redis read many commands at once from one connection`() async throws {
        let url = "redis://127.0.0.1:6379"
        let get = [url, "--command", "GET x"]
        try await withServer(
            ["redis-server", "--bind", "127.0.0.1", "--save", "", "--dir", "{dir}"],
            ready: get
        ) { site in
            for (option, isPiped) in [([], false), (["--pipeline", "16"], true)] {
                _ = try site.ask("config resetstat")
                let (code, text) = try site.load(
                    get + ["--closed", "16", "--connections", "1", "-d", "2s", "--availability", "99"]
                        + option
                )
                #expect(code == 0, "\(text)")
                let stats = try site.ask("info stats").split(whereSeparator: \.isNewline)
                func count(_ name: String) -> Double {
                    let line = stats.first { $0.hasPrefix("\(name):") } ?? ""
                    return Double(line.dropFirst(name.count + 1)) ?? .nan
                }
                // One connection of the load's, one of who asks.
                #expect(count("total_connections_received") == 2)
                let commandsARead = count("total_commands_processed") / count("total_reads_processed")
                #expect(isPiped ? commandsARead > 4 : commandsARead < 1.1, "\(commandsARead)")
            }
        }
    }

    @Test func `streams let one connection carry what one request at a time could not`() async throws {
        // nginx sends 4 kB at once, and the rest a second later.
        let conf = """
            daemon off; worker_processes 1; user root; pid nginx.pid; error_log error.log;
            events { worker_connections 1024; }
            http {
                access_log off; root {dir}; client_body_temp_path body; proxy_temp_path proxy;
                fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                server { listen 8080 http2; location /slow { limit_rate 4k; } location / { return 200 "ok"; } }
            }

            """
        let slow = String(repeating: "faultline ", count: 600)
        try await withServer(
            ["nginx", "-p", "{dir}", "-c", "{dir}/nginx.conf"],
            files: ["nginx.conf": conf, "slow": slow],
            ready: ["http://127.0.0.1:8080/", "--http2"]
        ) { site in
            for (option, carriesAll) in [([], false), (["--streams", "100"], true)] {
                let words = [
                    "http://127.0.0.1:8080/slow", "--http2", "--connections", "1", "--rate", "20/s", "-d",
                    "4s",
                    "--within", "3s", "--availability", "50", "--timeout", "6s",
                ]
                let (code, text) = try site.load(words + option)
                #expect((code == 0) == carriesAll, "\(text)")
                #expect(text.contains(carriesAll ? "80 of 80 requests good" : "never sent"), "\(text)")
            }
        }
    }

    @Test(arguments: [
        (["redis://127.0.0.1:1", "--command", "GET x", "--streams", "2"], "--streams"),
        (["http://127.0.0.1:1/", "--pipeline", "2"], "--pipeline"),
        (["redis://127.0.0.1:1", "--command", "GET x", "--pipeline", "0"], "pipeline"),
        (["http://127.0.0.1:1/", "--http2", "--streams", "many"], "streams"),
    ])
    func `an option of another protocol, or a number that is none, is refused before anything is sent`(
        _ words: [String],
        _ named: String
    ) throws {
        let folder = FileManager.default.temporaryDirectory.path
        let (code, text) = try Program.run(["load"] + words + ["--rate", "1/s", "-d", "1s"], in: folder)
        #expect(code == 2 && text.contains(named), "\(text)")
    }
}
