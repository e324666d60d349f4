import Measures
import Verdict

/// One-way latencies between hosts: without a fault, and while each acted.
struct WayTable: Sendable {
    let verdict: Verdict

    static let explanation =
        "From latency probes between the hosts’ programs, 20 a second, which every fault acts on. Median: of the seconds’ "
        + "medians; p99: the greatest of the seconds’. The bound is that of the two clocks together, for every figure of "
        + "the line; change: the median less the baseline’s. A bound that is wider than a change says that the clocks "
        + "do not tell on which way it was."

    var table: DataTable {
        DataTable(
            [
                .text("Way"), .text("Phase"), .number("Least"), .number("Median"), .number("p99"),
                .number("Bound"), .number("Change"), .number("Answered"),
            ],
            rows: (verdict.ways ?? []).map(row)
        )
    }

    private func row(_ way: WayFigures) -> [DataTable.Cell] {
        let time = { (value: Double?) in
            DataTable.Cell(value.map { Figures.duration(seconds: $0 / 1e6) } ?? "–")
        }
        return [
            DataTable.Cell("\(way.from) → \(way.to)"), DataTable.Cell(way.phase), time(way.least),
            time(way.median), time(way.p99),
            DataTable.Cell(way.bound.map { "± \(Figures.duration(seconds: $0 / 1e6))" } ?? "–"),
            change(way),
            DataTable.Cell(
                Figures.count(way.answered),
                note: "of \(Figures.count(way.sent))"
                    + (way.lost > 0 ? ", \(Figures.count(way.lost)) lost on this way" : "")
            ),
        ]
    }

    /// A change within its own bound is not said to be one.
    private func change(_ way: WayFigures) -> DataTable.Cell {
        guard let change = way.change, let bound = way.changeBound else { return "–" }
        let text = Figures.duration(seconds: abs(change) / 1e6)
        return DataTable.Cell(
            abs(change) <= bound ? "none seen" : (change < 0 ? "−" : "+") + text,
            note: "± \(Figures.duration(seconds: bound / 1e6))"
        )
    }
}
