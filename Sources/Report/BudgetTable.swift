import Statistics
import Verdict

/// What the run spent of each objective's error budget, and which alerts on its burn would have rung.
struct BudgetTable: Sendable {
    let verdict: Verdict

    static let explanation =
        "Bad share × the run’s length ÷ (what the objective allows × the budget’s window). Alerts as in the SRE workbook: each rings while "
        + "both of its windows burn the budget that many times too fast. They are looked at each second of this run, and before it "
        + "lies time with the run’s mean rate in which all was good. What a real pager adds until it rings is not counted."

    var table: DataTable {
        let budgets = verdict.budgets ?? []
        let alerts = BurnRateAlert.usual
        return DataTable(
            [.text("Objective"), .number("Bad requests"), .number("Budget spent")]
                + alerts.map { alert in
                    .number(
                        "\(alert.severity == .page ? "Page" : "Ticket"), \(Self.window(alert.longWindow))"
                    )
                },
            rows: budgets.map { budget in
                [
                    DataTable.Cell("\(budget.objective) %", note: budget.load ?? "all loads"),
                    DataTable.Cell(Self.share(budget.badShare)),
                    DataTable.Cell(
                        Self.share(budget.spent),
                        note: "of \(Figures.rate(budget.windowDays)) days"
                    ),
                ]
                    + budget.alerts.map { alert in
                        DataTable.Cell(
                            alert.ringsAtSeconds.map { "at \(Figures.seconds($0))" } ?? "silent",
                            note: "\(Figures.rate(alert.factor))×, \(Self.window(alert.shortSeconds))"
                        )
                    }
            }
        )
    }

    /// Three digits: "0.0213 %", "231 %".
    static func share(_ value: Double) -> String { Figures.rate(value * 100) + " %" }

    private static func window(_ seconds: Int) -> String {
        if seconds % 86_400 == 0 { return "\(seconds / 86_400) d" }
        return seconds % 3600 == 0 ? "\(seconds / 3600) h" : "\(seconds / 60) min"
    }
}
