import Verdict

/// What each fault left behind beyond the outage itself.
struct AftermathTable: Sendable {
    let verdict: Verdict

    static let explanation =
        "Good requests from the fault’s start until all was good again (while it acted, where nothing failed), and in brackets "
        + "the 95 % interval of the share of good seconds. Degraded: seconds that were good but slower than the latency targets allow. "
        + "Latency is back when the p99 stays at the baseline’s (a tenth above it, or its interval) for 30 s, or for at least 5 s until "
        + "the window ends. First sign: the first line of a log that the experiment watches. Inflation: how much wider than "
        + "independent failures the count of bad requests scatters."

    var table: DataTable {
        DataTable(
            [
                .text("Fault"), .number("Good until recovered"), .number("Degraded"),
                .number("Latency back"),
                .number("First sign"), .number("Bursts"), .number("Inflation"),
            ],
            rows: verdict.faults.compactMap { fault in fault.detail.map { row(fault, $0) } }
        )
    }

    private func row(_ fault: FaultFigures, _ detail: RecoveryDetail) -> [DataTable.Cell] {
        [
            DataTable.Cell(fault.fault), good(detail),
            DataTable.Cell(detail.degradedSeconds.map { Figures.seconds($0) } ?? "–"),
            latency(detail.latency),
            DataTable.Cell(
                detail.signal.map { signal in
                    let time = Figures.duration(seconds: abs(signal.seconds))
                    return signal.seconds < 0 ? "− \(time)" : "+ \(time)"
                } ?? "–",
                note: detail.signal.map {
                    "\($0.words.shortened(to: 60)), ± \(Figures.duration(seconds: $0.boundMicroseconds / 1e6))"
                }
            ),
            DataTable.Cell(Figures.count(detail.bursts)),
            DataTable.Cell(detail.bursts == 0 ? "–" : Figures.rate(detail.varianceInflation)),
        ]
    }

    private func good(_ detail: RecoveryDetail) -> DataTable.Cell {
        guard detail.due > 0 else { return "no data" }
        let share = Double(detail.good) / Double(detail.due)
        return DataTable.Cell(
            Figures.percent(share, resolving: 1 - share),
            note: Figures.interval(detail.goodSlicesLower, detail.goodSlicesUpper)
        )
    }

    private func latency(_ back: RecoveryDetail.LatencyReturn?) -> DataTable.Cell {
        guard let back else { return "–" }
        let level = "p99 ≤ \(Figures.duration(milliseconds: back.levelMilliseconds))"
        if back.censored {
            return DataTable.Cell("over \(Figures.duration(seconds: back.seconds))", note: level)
        }
        guard back.seconds > 0 else { return DataTable.Cell("never left", note: level) }
        return DataTable.Cell("+ \(Figures.duration(seconds: back.seconds))", note: level)
    }
}
