import Measures
import Verdict

/// What became of recorded operations.
struct HistoryTable: Sendable {
    let verdict: Verdict

    private var histories: [HistoryFigures] { verdict.histories ?? [] }

    var table: DataTable {
        DataTable(
            [
                .text("History"), .number("Operations"), .number("OK"), .number("Failed"), .number("Unknown"),
                .number("Acknowledged"), .number("Lost"), .number("There twice"), .text("Linearizable"),
            ],
            rows: histories.map { history in
                let elements = history.elements
                let found = { (count: Int?) in
                    elements.map { $0.wasRead ? Figures.count(count ?? 0) : "not known" } ?? "–"
                }
                return [
                    DataTable.Cell(history.history, note: history.description),
                    DataTable.Cell(Figures.count(history.operations)),
                    DataTable.Cell(Figures.count(history.ok)),
                    DataTable.Cell(Figures.count(history.failed)),
                    DataTable.Cell(Figures.count(history.unknown)),
                    DataTable.Cell(elements.map { Figures.count($0.acknowledged) } ?? "–"),
                    DataTable.Cell(found(elements?.lost), note: Self.window(elements?.losses)),
                    DataTable.Cell(found(elements?.duplicated)),
                    history.registers.map(Self.order) ?? "–",
                ]
            }
        )
    }

    private static func window(_ losses: LossFigures?) -> String? { losses?.words }

    private static func order(_ registers: RegisterFigures) -> DataTable.Cell {
        switch registers.linearizable {
        case "holds": DataTable.Cell("yes", mark: .met)
        case "violated":
            DataTable.Cell(
                "no",
                note: Figures.count(registers.violations.count, "key")
                    + " of \(Figures.count(registers.keys))",
                mark: .missed
            )
        default: DataTable.Cell("not decided", mark: .inconclusive)
        }
    }

    var explanation: String {
        let counted =
            "Failed: certainly without effect. Unknown: nobody can say; it may have taken effect at any later time. "
            + "Lost: acknowledged, and not there in the end. "
        let first = histories.compactMap(\.registers?.violations.first).first
        return counted + (first.map { "The first counter-example, key \($0)." } ?? "")
    }
}
