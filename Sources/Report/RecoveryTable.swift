import Measures
import Verdict

/// What each fault cost: from its start to the next fault's, all requests by their intended start.
struct RecoveryTable: Sendable {
    let verdict: Verdict

    var table: DataTable {
        DataTable(
            [
                .text("Fault"), .number("Start"), .number("First bad"), .number("Outage"),
                .number("Recovered"),
                .number("Bad requests"), .number("Longest burst"),
            ]
                + objectives.map { .number("Page at \($0) %") },
            rows: verdict.faults.map(row)
        )
    }

    /// Of which pages are predicted.
    private var objectives: [String] {
        verdict.faults.first?.detail?.pages.map(\.objective) ?? []
    }

    var explanation: String? {
        guard !objectives.isEmpty else { return nil }
        return
            "Recovered before the fault’s end, it healed while the fault acted; after it, it needed the fault gone. Page: when a pager on "
            + "the budget’s burn (14.4 times over 1 h and 5 min, or 6 times over 6 h and 30 min) would ring if nothing but this fault had "
            + "happened, without what a real one adds. A request under way when a fault begins, and broken by it, is that fault’s."
    }

    private func row(_ fault: FaultFigures) -> [DataTable.Cell] {
        let bound = fault.startBoundMicroseconds.map { "± \(Figures.duration(seconds: $0 / 1e6))" }
        let recovered: DataTable.Cell =
            switch fault.timeToRecoverSeconds {
            case .some(let time) where fault.censored:
                DataTable.Cell("over \(Figures.duration(seconds: time))", note: "the run or the window ended")
            case .some(let time):
                DataTable.Cell(
                    Figures.duration(seconds: time),
                    note: fault.detail?.afterRemovalSeconds.map(Self.afterEnd)
                )
            case nil: fault.bad > 0 ? "not seen" : "no impact"
            }
        return [
            DataTable.Cell(fault.fault, note: fault.description),
            DataTable.Cell(Figures.seconds(fault.startSeconds), note: bound ?? "did not begin"),
            impact(fault),
            DataTable.Cell(fault.bad > 0 ? Figures.duration(seconds: fault.outageSeconds) : "–"),
            recovered,
            DataTable.Cell(Figures.count(fault.bad), note: "of \(Figures.count(fault.due))"),
            DataTable.Cell(fault.longestBurst > 0 ? Figures.count(fault.longestBurst) : "–"),
        ]
            + objectives.map { objective in
                guard let page = fault.detail?.pages.first(where: { $0.objective == objective }) else {
                    return "–"
                }
                return DataTable.Cell(page.seconds.map { "+ \(Figures.seconds($0))" } ?? "silent")
            }
    }

    /// "+ 1.5 s after its end", "2 s before its end".
    private static func afterEnd(_ seconds: Double) -> String {
        let time = Figures.duration(seconds: abs(seconds))
        return seconds < 0 ? "\(time) before its end" : "\(time) after its end"
    }

    /// What the clocks do not prove to have come after the fault's start is not said to have.
    private func impact(_ fault: FaultFigures) -> DataTable.Cell {
        guard let time = fault.timeToImpactSeconds else { return "–" }
        let bound = fault.recoveryBoundMicroseconds.map { "± \(Figures.duration(seconds: $0 / 1e6))" }
        guard fault.impactIsAfterStart != false else {
            return DataTable.Cell("order not known", note: bound.map { "within the clocks’ \($0)" })
        }
        return DataTable.Cell("+ \(Figures.duration(seconds: time))", note: bound)
    }
}
