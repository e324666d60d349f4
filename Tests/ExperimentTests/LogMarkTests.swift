import Foundation
import LinuxSystem
import Measures
import Recording
import TestSupport
import Testing

/// A service that writes the time of day into its log.
@Suite(.serialized, .requiresRoot) struct LogMarkTests {
    private static let yaml = """
        faultline: 1
        name: marks
        lab:
          hosts:
            web:
              services:
                - { name: nginx, run: "nginx -p {dir} -c {files}/nginx.conf", ready: "http://web:8080/" }
                - name: clockwork
                  run: [sh, -c, 'while :; do echo "tick $(date +%s%N)"; sleep 0.2; done']
                  marks: { tick: '^tick \\d+$', never: "tock" }
            client: {}
        load:
          direct:
            from: client
            http: { url: "http://web:8080/", timeout: 1s }
            rate: 200/s
        faults:
          - { name: gone, at: 2s, on: web, kill: { service: clockwork, signal: KILL, restart-after: 1s } }
        targets:
          availability: { objective: "99", load: direct }
        duration: 5s
        """

    @Test("a line in a service's log is a mark on the axis, within its bound, and the report tells it")
    func marks() async throws {
        try await withExperiment(Self.yaml) { run in
            let (code, text) = try run.run(atMost: .seconds(60))
            #expect(code == 0 || code == 3, "\(text)")
            #expect(text.contains("clockwork on web logged tick: tick "))
            let wall = ClockMap.read()
            let decoder = JSONDecoder()
            let marks = try run.file("recording/events.jsonl").split(separator: "\n").compactMap { line in
                let event = try decoder.decode(RunEvent.self, from: Data(line.utf8))
                guard case .logMark(let mark) = event.body else { return nil as (RunEvent, LogMark)? }
                return (event, mark)
            }
            // 5 s, a second of them dead.
            let during = marks.filter { (0..<5).contains($0.0.at.instant.seconds) }
            #expect((14...21).contains(during.count), "\(during.count) marks")
            for (event, mark) in marks {
                let span = try #require(event.local)
                let stamp = try #require(Int64(mark.line.dropFirst(5)))
                let told = wall.monotonic(realtime: stamp)
                // `date` reads the clock, ends, and only then the shell writes.
                #expect(told <= span.to && told >= span.from - 100_000_000, "\(mark.line)")
                #expect(event.at.bound < .milliseconds(20))
            }
            let dead = marks.filter { (2.05..<2.95).contains($0.0.at.instant.seconds) }
            #expect(dead.isEmpty)
            let report = run.file("report.html")
            #expect(report.contains("logged “tick”") && report.contains("line in a log"))
            #expect(report.contains("after gone#1 began") || report.contains("after gone#1 ended"))
        }
    }
}
