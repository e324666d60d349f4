import Testing

@testable import Telemetry

@Suite("The text of metrics")
struct ExpositionTests {
    @Test("a label's value is told apart from what is around it, whatever it holds")
    func escaping() {
        let family = MetricFamily(
            "faultline_x",
            .gauge,
            "Help with \\ and\na break.",
            [MetricSample(.count(1), [MetricLabel("host", "a\"b\\c\nd é \u{0}")])]
        )
        #expect(
            Exposition([family]).text(.prometheus) == """
                # HELP faultline_x Help with \\\\ and\\na break.
                # TYPE faultline_x gauge
                faultline_x{host="a\\"b\\\\c\\nd é \u{0}"} 1

                """
        )
    }

    @Test("a counter ends in _total, and OpenMetrics names it without in its head")
    func counters() {
        let family = MetricFamily(
            "process_cpu",
            .counter,
            unit: "seconds",
            "Time.",
            [MetricSample(.number(1.5))]
        )
        #expect(
            Exposition([family]).text(.prometheus) == """
                # HELP process_cpu_seconds_total Time.
                # TYPE process_cpu_seconds_total counter
                process_cpu_seconds_total 1.5

                """
        )
        #expect(
            Exposition([family]).text(.openMetrics) == """
                # HELP process_cpu_seconds Time.
                # TYPE process_cpu_seconds counter
                # UNIT process_cpu_seconds seconds
                process_cpu_seconds_total 1.5
                # EOF

                """
        )
    }

    @Test("a long name is cut at whole scalars, also where it is one character")
    func bounds() {
        let long = String(repeating: "é", count: 5_000)
        let zalgo = "e" + String(repeating: "\u{301}", count: 5_000)
        for value in [long, zalgo] {
            let label = MetricLabel("host", value)
            #expect(label.value.utf8.count <= MetricLabel.longest)
            #expect(label.value.utf8.count > MetricLabel.longest - 8)
            #expect(label.value.hasSuffix("…"))
        }
        let exact = String(repeating: "x", count: MetricLabel.longest)
        #expect(MetricLabel("host", exact).value == exact)
    }

    @Test("numbers that are none are words of the format")
    func numbers() {
        #expect(Exposition.text(.nan) == "NaN")
        #expect(Exposition.text(.infinity) == "+Inf")
        #expect(Exposition.text(-.infinity) == "-Inf")
        #expect(Exposition.text(0.000_25) == "0.00025")
    }

    @Test("what a distribution holds at or below a limit never falls, and ends at its count")
    func distributions() {
        var generator = SystemRandomNumberGenerator()
        var distribution = Distribution()
        for _ in 0..<10_000 {
            let seconds = Double.random(in: 0...100, using: &generator)
            distribution.record(seconds: Bool.random(using: &generator) ? seconds : nil)
        }
        let counts = distribution.cumulative.map(\.count)
        #expect(counts == counts.sorted())
        #expect(counts.last == 10_000)
        #expect(distribution.count == 10_000)
        // On a limit is at or below it.
        var edge = Distribution()
        edge.record(seconds: 1)
        #expect(edge.cumulative.first { $0.limit == 1 }?.count == 1)
        #expect(edge.cumulative.first { $0.limit == 0.5 }?.count == 0)
    }

    @Test(
        "a scraper gets OpenMetrics where it would rather have it, else the text format",
        arguments: [
            (nil, Exposition.Format.prometheus), ("", .prometheus), ("*/*", .prometheus),
            ("text/plain", .prometheus),
            // Prometheus 2.42.
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
            ),
            ("application/openmetrics-text;version=2.0.0", .prometheus),
            ("application/openmetrics-text;q=0, text/plain", .prometheus),
            ("text/plain;q=0.9, application/openmetrics-text;q=0.5", .prometheus),
            ("APPLICATION/OPENMETRICS-TEXT", .openMetrics),
            ("application/openmetrics-text;q=inf", .prometheus),
            ("application/openmetrics-text;q=nan", .prometheus),
            (String(repeating: ",", count: 100_000), .prometheus),
        ] as [(String?, Exposition.Format)]
    )
    func accepting(_ header: String?, _ format: Exposition.Format) {
        #expect(Exposition.Format(accepting: header) == format)
    }

    @Test("any header whatever is answered")
    func fuzz() {
        var generator = SystemRandomNumberGenerator()
        let pieces = [
            "application/openmetrics-text", "text/plain", ";", ",", "q=", "version=", "1.0.0", "0.5", "-1",
            "\u{0}", "é", "\"", " ", "\t", "=", "*/*", "1e999",
        ]
        var open = 0
        for _ in 0..<100_000 {
            let header = (0..<Int.random(in: 0...12, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            if Exposition.Format(accepting: header) == .openMetrics { open += 1 }
        }
        #expect(open > 0 && open < 100_000)
    }
}
