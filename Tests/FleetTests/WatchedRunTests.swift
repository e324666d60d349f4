import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

/// A run that others watch while it goes.
@Suite(.serialized, .requiresRoot) struct WatchedRunTests {
    private static let cut =
        "  - { name: cut, at: 2s, for: 1s, partition: { between: [client, spare] } }"

    @Test func `a page, a collector and Grafana are served side by side, and each hears of the fault`()
        async throws
    {
        try await Bed.with { bed in
            // The nginx on web answers everything with 200 and writes down what it was asked.
            let receiver = "http://\(bed.address("web")):8080"
            try bed.write(bed.experiment(duration: "8s", faults: Self.cut), "watched.yaml")
            let run = try bed.start([
                "run", "watched.yaml", "--inventory", "hosts.yaml", "--keys", "key-laptop", "--lease", "4s",
                "--listen", "8088", "--otlp", receiver, "--annotate", "\(receiver)/grafana", "--results",
                "results",
            ])
            try bed.awaitEvent("\"cut#1\"", "\"started\"")
            let metrics = try bed.fetch("http://127.0.0.1:8088/metrics")
            #expect(
                metrics.contains("faultline_injections_in_force{") && metrics.contains("kind=\"partition\""),
                "\(metrics)"
            )
            let page = try bed.fetch("http://127.0.0.1:8088/")
            #expect(page.contains("<html") && page.contains("fleet"), "\(page.prefix(400))")
            let code = run.wait(atMost: .seconds(90))
            #expect([0, 1, 3].contains(code), "\(run.text)")
            let asked = try bed.requests()
            #expect(asked.contains { $0 == "/v1/metrics" }, "the collector was told nothing")
            #expect(asked.contains { $0.hasPrefix("/grafana/api/annotations") }, "Grafana was told nothing")
            try Recorded(try #require(bed.results())).expectEachOnce(of: 800)
        }
    }

    @Test func `receivers that are not there cost the run nothing but a line each`() async throws {
        try await Bed.with { bed in
            try bed.write(bed.experiment(duration: "5s", faults: Self.cut), "watched.yaml")
            let run = try bed.start([
                "run", "watched.yaml", "--inventory", "hosts.yaml", "--keys", "key-laptop", "--lease", "4s",
                "--otlp", "http://127.0.0.1:1", "--annotate", "http://127.0.0.1:1", "--results", "results",
            ])
            let code = run.wait(atMost: .seconds(90))
            #expect([0, 1, 3].contains(code), "\(run.text)")
            // While it can still be mended.
            let before = run.text.split(separator: "\n").prefix { !$0.contains("(exit ") }
            for receiver in ["the OTLP collector", "Grafana"] {
                let lines = before.filter {
                    $0.contains("warning: \(receiver) does not take what is sent to it")
                }
                #expect(lines.count == 1, "\(receiver): \(run.text)")
            }
            try Recorded(try #require(bed.results())).expectEachOnce(of: 500)
        }
    }
}
