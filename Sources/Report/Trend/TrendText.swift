import Measures
package import Verdict

/// Runs of one experiment over time, for a terminal.
package enum TrendText {
    /// - Parameter runs: of one experiment, the oldest first. Lines end with a newline, the last too.
    package static func render(_ runs: [RunSummary]) -> String {
        guard let first = runs.first, let last = runs.last else { return "no run\n" }
        let span =
            first.startedAt == last.startedAt ? first.startedAt : "\(first.startedAt) to \(last.startedAt)"
        var lines = ["\(last.experiment): \(Figures.count(runs.count, "run")), \(span): \(counts(runs))", ""]
        let times = BlockChart(runs.map(p99), isLogarithmic: true, height: 6)
        lines.append("p99 of all requests, logarithmic; × infinite")
        lines += labelled(times) { Figures.duration(milliseconds: $0) }
        let bad = BlockChart(runs.map(bad), isLogarithmic: false, height: 3)
        lines += ["", "requests that were not good; · none"]
        lines += labelled(bad) { $0 == 0 ? "0 %" : Figures.rate($0 * 100) + " %" }
        let marks = runs.map { $0.outcome.map { Mark($0).symbol } ?? "–" }.joined()
        lines += ["", margin("verdict") + marks, margin("") + "oldest first"]
        return lines.joined(separator: "\n") + "\n"
    }

    static func counts(_ runs: [RunSummary]) -> String {
        let words = Verdict.Outcome.allCases.compactMap { outcome -> String? in
            let count = runs.count { $0.outcome == outcome }
            return count > 0 ? "\(count) \(outcome.rawValue)" : nil
        }
        let open = runs.count { $0.outcome == nil }
        return (words + (open > 0 ? ["\(open) not judged"] : [])).joined(separator: ", ")
    }

    static func p99(_ run: RunSummary) -> BlockChart.Value {
        guard run.hasTimes else { return .none }
        return run.p99Milliseconds.map { .number($0) } ?? (run.due > 0 ? .infinite : .none)
    }

    static func bad(_ run: RunSummary) -> BlockChart.Value {
        run.availability.map { .number(1 - $0) } ?? .none
    }

    private static func labelled(_ chart: BlockChart, _ words: (Double) -> String) -> [String] {
        let lines = chart.lines
        return lines.enumerated().map { index, line in
            let label =
                index == 0
                ? chart.range.map { words($0.upperBound) }
                : index == lines.count - 1 ? chart.range.map { words($0.lowerBound) } : nil
            return margin(label ?? "") + line
        }
    }

    private static func margin(_ label: String) -> String {
        String(repeating: " ", count: max(0, 10 - label.count)) + label + " │"
    }
}
