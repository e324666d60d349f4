import Measures
import Recording
import Timeline

/// The tables that both pages have, in their order; those without a row are left out.
struct ReportTables: Sendable {
    let report: Report

    struct Part: Sendable {
        let id: String
        let title: String
        let table: DataTable
        let explanation: String?
    }

    var parts: [Part] {
        let timeline = report.timeline
        let verdict = report.verdict
        let definitions = DefinitionTable.all(of: verdict)
        let all =
            [
                Part(
                    id: "correctness",
                    title: "Correctness",
                    table: HistoryTable(verdict: verdict).table,
                    explanation: HistoryTable(verdict: verdict).explanation
                ),
                Part(
                    id: "phases",
                    title: "Phases",
                    table: PhaseTable(timeline: timeline, verdict: verdict).table,
                    explanation:
                        "In brackets: intervals at 95 %. A slice is good when every request in it was."
                ),
            ]
            + definitions.enumerated().map { index, one in
                Part(
                    id: "definitions-\(index)",
                    title: "Availability by definition" + (definitions.count > 1 ? ": \(one.load)" : ""),
                    table: one.table.table,
                    explanation: DefinitionTable.explanation
                )
            } + [
                Part(
                    id: "budget",
                    title: "Error budget",
                    table: BudgetTable(verdict: verdict).table,
                    explanation: BudgetTable.explanation
                ),
                Part(
                    id: "recovery",
                    title: "Recovery",
                    table: RecoveryTable(verdict: verdict).table,
                    explanation: RecoveryTable(verdict: verdict).explanation
                ),
                Part(
                    id: "aftermath",
                    title: "Until all was as before",
                    table: AftermathTable(verdict: verdict).table,
                    explanation: AftermathTable.explanation
                ),
                Part(
                    id: "edges",
                    title: "Starts and ends",
                    table: EdgeTable(timeline: timeline).table,
                    explanation: EdgeTable.explanation
                ),
                Part(
                    id: "affordable",
                    title: "Affordable times a year",
                    table: AffordableTable(verdict: verdict).table,
                    explanation: AffordableTable.explanation
                ),
                Part(
                    id: "year",
                    title: "A year of it",
                    table: YearTable(verdict: verdict).table,
                    explanation: YearTable(verdict: verdict).explanation
                ),
                Part(
                    id: "effects",
                    title: "Requested and observed",
                    table: ObservationTable(timeline: timeline).table,
                    explanation: nil
                ),
                Part(
                    id: "ways",
                    title: "One-way latencies",
                    table: WayTable(verdict: verdict).table,
                    explanation: WayTable(verdict: verdict).explanation
                ),
                Part(
                    id: "stages",
                    title: "Stages of a request",
                    table: StageTable(verdict: verdict).table,
                    explanation: StageTable.explanation
                ),
                Part(
                    id: "services",
                    title: "Services",
                    table: ServiceTable(timeline: timeline).table,
                    explanation: ServiceTable(timeline: timeline).explanation
                ),
                Part(
                    id: "notes",
                    title: "Notes",
                    table: NoteTable(timeline: timeline).table,
                    explanation: nil
                ),
                Part(
                    id: "clocks",
                    title: "Clocks",
                    table: ClockTable(timeline: timeline).table,
                    explanation: ClockTable.explanation
                ),
            ]
        return all.filter { !$0.table.rows.isEmpty }
    }

    /// When it ran and for how long.
    static func occasion(of report: Report) -> String {
        let header = report.timeline.header
        let planned = Duration(nanoseconds: header.durationNanoseconds)
        let ran = report.timeline.end.sinceZero
        let isShort = ran < planned - .milliseconds(100)
        let length =
            Figures.seconds(ran.seconds) + (isShort ? " of \(Figures.seconds(planned.seconds))" : "")
        return "\(header.startedAt) · \(length) · \(Figures.count(header.hosts.count, "host"))"
    }
}
