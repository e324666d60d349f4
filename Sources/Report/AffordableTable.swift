import Measures
import Verdict

/// How often a year each level of availability can afford each fault.
struct AffordableTable: Sendable {
    let verdict: Verdict

    /// Printed beside the rates, which mean nothing without it.
    static let explanation =
        "How many times in a 365-day year the fault may happen before it alone has used up what the level allows. One "
        + "occurrence costs its outage × the share of requests hit. How often it does happen is not assumed."

    var table: DataTable {
        let faults = verdict.faults.filter { !$0.affordablePerYear.isEmpty }
        var percents: [String] = []
        for rate in faults.flatMap(\.affordablePerYear) where !percents.contains(rate.percent) {
            percents.append(rate.percent)
        }
        return DataTable(
            [.text("Fault")] + percents.map { .number("\($0) %") },
            rows: faults.map { fault in
                [DataTable.Cell(fault.fault)]
                    + percents.map { percent in
                        let rate = fault.affordablePerYear.first { $0.percent == percent }
                        let most = fault.censored ? "at most " : ""
                        return DataTable.Cell(rate.map { most + Figures.rate($0.timesPerYear) } ?? "–")
                    }
            }
        )
    }
}
