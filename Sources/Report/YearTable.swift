import Verdict

/// The yearly estimate: each stated failure mode, what one costs by this run, and what a year of it costs.
struct YearTable: Sendable {
    let verdict: Verdict

    var explanation: String? {
        verdict.year.map { year in
            year.words.prefix(1).uppercased() + year.words.dropFirst()
                + ". Availability = 1 − Σ rate × outage × share of requests hit, with the rates that the experiment file states and the "
                + "outages that this run measured; year of \(year.yearDays) days. It holds while outages rarely overlap, and is an upper "
                + "estimate, since modes that nobody listed are missing. In brackets: at most, with 95 % confidence for all "
                + "together, where a fault was measured more than once."
        }
    }

    var table: DataTable {
        DataTable(
            [
                .text("Failure mode"), .number("Rate"), .text("Measured as"), .number("One costs"),
                .number("A year costs"),
            ],
            rows: (verdict.year?.modes ?? []).map { row($0) } + total
        )
    }

    private func row(_ mode: YearlyEstimate.ModeFigures) -> [DataTable.Cell] {
        let times = mode.measured == 1 ? "once" : "\(Figures.count(mode.measured)) times"
        let most = mode.censored ? "at least " : ""
        return [
            DataTable.Cell(mode.name, note: mode.source), DataTable.Cell(mode.rate),
            DataTable.Cell(mode.fault, note: mode.measured == 0 ? "not measured" : times),
            DataTable.Cell(mode.costSeconds.map { most + Figures.duration(seconds: $0) } ?? "–"),
            cost(mode.unavailability, upper: mode.upper, prefix: most),
        ]
    }

    private var total: [[DataTable.Cell]] {
        guard let year = verdict.year, year.modes.count > 1 else { return [] }
        let most = year.modes.contains(where: \.censored) ? "at least " : ""
        return [["All of them", "", "", "", cost(year.unavailability, upper: year.upper, prefix: most)]]
    }

    private func cost(_ share: Double?, upper: Double?, prefix: String) -> DataTable.Cell {
        guard let share, let year = verdict.year else { return "–" }
        let seconds = Double(year.yearDays) * 86_400
        return DataTable.Cell(
            prefix + Self.time(share * seconds),
            note: upper.map { "[\(Self.time($0 * seconds))]" }
        )
    }

    private static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: Figures.duration(seconds: seconds)
        case ..<7200: Figures.rate(seconds / 60) + " min"
        default: Figures.rate(seconds / 3600) + " h"
        }
    }
}
