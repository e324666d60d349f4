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
            ],
            rows: verdict.faults.map(row)
        )
    }

    private func row(_ fault: FaultFigures) -> [DataTable.Cell] {
        let bound = fault.startBoundMicroseconds.map { "± \(Figures.duration(seconds: $0 / 1e6))" }
        let recovered: DataTable.Cell =
            switch fault.timeToRecoverSeconds {
            case .some(let time) where fault.censored:
                DataTable.Cell("over \(Figures.duration(seconds: time))", note: "the run or the window ended")
            case .some(let time): DataTable.Cell(Figures.duration(seconds: time))
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
