import Foundation
import Lab
import LinuxSystem
import Measures
import Processes
import Recording
import TestSupport
import Testing
import Verdict

/// One load that two hosts of a lab send to one nginx, whose log says who asked for what.
@Suite(.serialized, .requiresRoot) struct SharedLoadTests {
    private static func yaml(rate: String, duration: String) -> String {
        """
        faultline: 1
        name: trial
        lab:
          hosts:
            web: { services: [ { name: nginx, run: "nginx -p {dir} -c {files}/nginx.conf", ready: "http://web:8080/" } ] }
            client1: {}
            client2: {}
        load:
          both:
            from: { client1: 2, client2: 1 }
            http: { url: "http://web:8080/n/{{number}}" }
            rate: \(rate)
        targets:
          availability: { objective: "99", load: both }
        capture: [web, client1, client2]
        duration: \(duration)
        """
    }

    private struct Asked {
        let address: String
        let number: Int
    }

    /// What the server saw.
    private func asked(_ run: TestRun) throws -> [Asked] {
        try FileContents.text(run.folder.appending(path: "access.log").path).split(separator: "\n").compactMap
        { line in
            let words = line.split(separator: " ")
            guard words.count == 2, words[1].hasPrefix("/n/"), let number = Int(words[1].dropFirst(3)) else {
                return nil
            }
            return Asked(address: String(words[0]), number: number)
        }
    }

    private func exchanges(_ run: TestRun) throws -> [ExchangeBlock] {
        let results = try #require(run.results)
        let file = results.appending(path: "recording/exchanges-both.flx")
        return ExchangeReader.readAll([UInt8](try Data(contentsOf: file))).blocks
    }

    private func withShared(_ yaml: String, _ body: (TestRun) async throws -> Void) async throws {
        try await withExperiment(yaml) { run in
            // Outside of the lab's folders, which go with it.
            let log = run.folder.appending(path: "access.log").path
            let nginx = TestRun.nginx.replacing(
                "access_log off;",
                with: "log_format who '$remote_addr $request_uri'; access_log \(log) who;"
            )
            try Data(nginx.utf8).write(to: run.folder.appending(path: "trial/nginx.conf"))
            try await body(run)
        }
    }

    @Test("each arrival is sent once, by the host whose turn it is, and the run's figures are those of all")
    func whole() async throws {
        try await withShared(Self.yaml(rate: "{ poisson: 600/s }", duration: "5s")) { run in
            let (code, text) = try run.run(atMost: .seconds(60))
            #expect(code == 0 || code == 3 && text.contains("generator"), "\(text)")
            let seen = try asked(run)
            let numbers = seen.map(\.number).sorted()
            #expect(numbers == Array(0..<numbers.count) && numbers.count > 2_500)
            let byHost = Dictionary(grouping: seen, by: \.address).values.sorted { $0.count > $1.count }
            #expect(byHost.count == 2)
            // Two of three arrivals are client1's: its numbers leave the same remainders by three.
            #expect(byHost.map { Set($0.map { $0.number % 3 }).count } == [2, 1])

            let blocks = try exchanges(run)
            let recorded = [0, 1].map { sender in
                blocks.filter { Int($0.sender) == sender }.reduce(0) { $0 + $1.exchanges.count }
            }
            #expect(recorded == byHost.map(\.count))
            let intended = blocks.flatMap(\.exchanges).map(\.intended.nanoseconds)
            #expect(Set(intended).count == numbers.count, "each due time is one arrival's")

            let verdict = try JSONDecoder().decode(Verdict.self, from: Data(run.file("verdict.json").utf8))
            #expect(verdict.phases.map(\.due) == [numbers.count])
            #expect(verdict.senders?.map(\.host) == ["client1", "client2"])
            #expect(
                verdict.senders?.map(\.due) == recorded && verdict.senders?.allSatisfy { !$0.isLost } == true
            )
            let log = HistogramLog.entries(run.file("latency.hlog"))
            #expect(log.reduce(0) { $0 + $1.histogram.count } == numbers.count)
            #expect(Set(log.map { Int($0.start.seconds) }).count == log.count, "one line a second")
            // Packets of both hosts' requests were found by their own clocks and captures.
            let report = run.file("report.md")
            #expect(report.contains("from client1 (2 of 3) and client2 (1 of 3)"))
            let ways = Set(verdict.ways?.filter { $0.requests != nil }.map { "\($0.from)-\($0.to)" } ?? [])
            #expect(ways == ["client1-web", "web-client1", "client2-web", "web-client2"])
        }
    }

    @Test("when one sender is killed the run ends with 6 and says how many requests nobody knows of")
    func oneKilled() async throws {
        try await withShared(Self.yaml(rate: "300/s", duration: "30s")) { run in
            let program = try run.start()
            #expect(
                run.waitForEvent(["\"generator\"", "client2", "\"offered\":1"], atMost: .seconds(40)),
                "\(program.text)"
            )
            let lab = try #require(run.lab).layout.id
            let client2 = try #require(agent(of: "client2", in: lab))
            _ = try client2.signal(SIGKILL)
            #expect(program.wait(atMost: .seconds(30)) == 6, "\(program.text)")
            #expect(leftovers(of: lab) == [])

            let verdict = try JSONDecoder().decode(Verdict.self, from: Data(run.file("verdict.json").utf8))
            let senders = try #require(verdict.senders)
            #expect(senders.map(\.isLost) == [false, true], "\(senders)")
            let missing = try #require(senders[1].missing)
            // Of 100/s at least what came after its last report and before it was missed; no more than until the end.
            #expect(missing > 0 && senders[1].due + missing <= senders[0].due, "\(senders)")
            // Two of three arrivals are client1's, so until the end client2 had half as many, told or not.
            #expect(abs(2 * (senders[1].due + missing) - senders[0].due) <= 4, "\(senders)")
            #expect(verdict.findings.allSatisfy { $0.outcome != .met })
            #expect(program.text.contains("are not accounted for"), "\(program.text)")
            let recorded = try exchanges(run).reduce(0) { $0 + $1.exchanges.count }
            #expect(verdict.phases.map(\.due).reduce(0, +) == recorded)
        }
    }

    private func agent(of host: String, in lab: String) -> ProcessHandle? {
        ProcessTable.current().statuses.compactMap { status -> ProcessHandle? in
            let words =
                (try? FileContents.text("/proc/\(status.identity.pid)/cmdline"))?.split(separator: "\0") ?? []
            guard words.contains("agent"), words.contains(Substring(host)),
                words.contains(where: { $0.contains(lab) })
            else { return nil }
            return try? ProcessHandle.open(status.identity)
        }.first
    }
}
