import Foundation
import Telemetry
import Testing

@testable import Console

/// Families as hostile as names from files and other hosts can make them.
enum HostileFamilies {
    static let values = [
        "plain", "a\"b", "a\\", "\\n", "line\nbreak", "é 漢字 🦔", "tab\tand\rreturn", "{x=\"y\"} 1", "# EOF",
        "\u{202e}reversed", "", " ", String(repeating: "x", count: 10_000),
    ]

    static var families: [MetricFamily] {
        var times = Distribution()
        for seconds in [0.0002, 0.5, 70] { times.record(seconds: seconds) }
        times.record(seconds: nil)
        return [
            MetricFamily(
                "faultline_requests",
                .counter,
                "Help \\ with\na break and \"quotes\".",
                values.map {
                    MetricSample(.count(7), [MetricLabel("outcome", $0), MetricLabel("load", "b")])
                }
            ),
            MetricFamily(
                "faultline_response_time",
                .histogram,
                unit: "seconds",
                "Times.",
                values.prefix(6).map { MetricSample(.distribution(times), [MetricLabel("load", $0)]) }
            ),
            MetricFamily(
                "faultline_clock_offset",
                .gauge,
                unit: "seconds",
                "Offsets.",
                [-1e-9, .infinity, 0].map { MetricSample(.number($0), [MetricLabel("host", "\($0)")]) }
            ),
        ]
    }
}

@Suite("What other programs read of the metrics")
struct ForeignReaderTests {
    private static let needsPython = "needs prometheus_client from PyPI (make install-test)"

    /// Prints each label of faultline_requests_total in base 16, so that nothing between here and there changes it.
    private static let script = """
        import sys
        module = __import__(sys.argv[1], fromlist=["text_string_to_metric_families"])
        data = sys.stdin.buffer.read().decode("utf-8")
        for family in module.text_string_to_metric_families(data):
            for s in family.samples:
                if s.name == "faultline_requests_total":
                    print(s.labels["outcome"].encode().hex() or "-", int(s.value))
                elif s.name == "faultline_response_time_seconds_bucket" and s.labels["le"] == "+Inf":
                    print("inf", int(s.value))
        """

    @Test(
        "Prometheus' own Python client reads every label back, in both formats",
        .enabled(if: Reader.python != nil, Comment(rawValue: needsPython)),
        arguments: [
            (Exposition.Format.prometheus, "prometheus_client.parser"),
            (.openMetrics, "prometheus_client.openmetrics.parser"),
        ]
    )
    func python(_ format: Exposition.Format, _ module: String) throws {
        let text = Exposition(HostileFamilies.families).text(format)
        let said = try Reader.run(try #require(Reader.python), ["-c", Self.script, module], input: text)
        let lines = said.split(separator: "\n").map(String.init)
        for value in HostileFamilies.values {
            let kept = MetricLabel("x", value).value
            let hex = kept.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(lines.contains("\(hex.isEmpty ? "-" : hex) 7"), "\(kept)")
        }
        #expect(lines.count { $0 == "inf 4" } == 6)
    }

    @Test(
        "promtool finds nothing to say of names, units and types",
        .enabled(if: Reader.promtool != nil, "needs promtool (apt-get install prometheus)")
    )
    func promtool() throws {
        let meter = SharedMeter()
        let page = MetricsPage(version: "1") { meter.families(at: $0) }
        let text = Exposition(page.all() + HostileFamilies.families).text(.prometheus)
        #expect(try Reader.run(try #require(Reader.promtool), ["check", "metrics"], input: text) == "")
    }
}
