import Measures
package import Timeline

/// What loads measured, for a terminal: at most 100 columns.
package enum LoadText {
    /// A paragraph a load; lines end with a newline.
    package static func render(_ timeline: Timeline) -> String {
        timeline.loads.map { lines(of: $0, over: timeline.end.sinceZero) }.joined(separator: [""])
            .joined(separator: "\n") + "\n"
    }

    private static func lines(of load: LoadTimeline, over duration: Duration) -> [String] {
        let total = load.total
        let answered = total.latencies.count
        let seconds = duration.seconds
        let rate = { (count: Int) in
            seconds > 0 ? "\(Words.count(Int((Double(count) / seconds).rounded())))/s" : "–"
        }
        var lines = [
            "\(load.name): \(Words.count(total.due)) requests due in \(duration.rounded) (\(rate(total.due))), "
                + "\(Words.count(answered)) answered (\(rate(answered))), "
                + "\(Words.goodPercent(bad: total.due - total.good, of: total.due)) good (\(load.goodMeans))"
        ]
        if let words = load.closedWords { lines.append("  \(words)") }
        if load.retries > 0 {
            lines.append("  retries, not among those: \(Words.count(load.retries)) sent again")
        }
        let reasons = total.bad.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if !reasons.isEmpty {
            lines.append(
                "  not good: " + reasons.map { "\(Words.count($0.value)) \($0.key)" }.joined(separator: ", ")
            )
        }
        var table = TextTable(
            [("from the intended start", .left)] + quantiles.map { ($0.name, .right) } + [("max", .right)]
        )
        table.add(["response time"] + quantiles.map { time(total, $0.part) } + [time(total, 1)])
        for (stage, words) in stages where load.stages[stage].count > 0 {
            table.add([words] + (quantiles.map(\.part) + [1]).map { time(load.stages[stage], $0) })
        }
        let late = load.lateness
        lines += table.lines
        lines.append(
            "requests went out late by p50 \(late.p50.rounded), p99 \(late.p99.rounded), max \(late.max.rounded); "
                + "the generator itself by p99 \(load.generatorLateness.rounded)"
        )
        return lines
    }

    private static let stages: [(Stages.Stage, String)] = [
        (.firstByte, "  first byte, from the send"), (.body, "  rest of the answer"),
        (.connect, "  connecting"),
        (.secure, "  TLS handshake"), (.admit, "  log-in"),
    ]

    private static func time(_ table: LatencyTable, _ part: Double) -> String {
        table.bounds(atQuantile: part)?.upperBound.rounded ?? "–"
    }

    private static let quantiles = [
        ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999),
    ].map { (name: $0.0, part: $0.1) }

    /// Over all that were due: what was not answered counts as infinite.
    private static func time(_ total: Tally, _ part: Double) -> String {
        guard total.due > 0 else { return "–" }
        return total.latencies.bounds(atQuantile: part, of: total.due)?.upperBound.rounded ?? "∞"
    }
}
