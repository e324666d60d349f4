import Measures
import Timeline

/// The timeline in at most sixty rows. Quantiles do not add up over columns, so a row gives the worst column's.
struct TimelineTable: Sendable {
    let load: LoadTimeline

    private static let mostRows = 60

    var table: DataTable {
        var table = DataTable([
            .text("From"), .number("Due"), .number("Completed"), .number("Good"), .number("Bad"),
            .number("No answer"), .number("Worst p50"), .number("Worst p99"), .number("Longest"),
            .text("Reasons"),
        ])
        let step = max(1, (load.bins.count + Self.mostRows - 1) / Self.mostRows)
        for first in stride(from: 0, to: load.bins.count, by: step) {
            let bins = load.bins[first..<min(first + step, load.bins.count)]
            table.rows.append(row(bins, from: Double(first) * load.binWidth.seconds))
        }
        return table
    }

    private func row(_ bins: ArraySlice<Bin>, from seconds: Double) -> [DataTable.Cell] {
        var reasons: [String: Int] = [:]
        for bin in bins { reasons.merge(bin.bad, uniquingKeysWith: +) }
        let words = reasons.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(
            6
        ).map {
            "\($0.key) \(Figures.count($0.value))"
        }
        let due = bins.reduce(0) { $0 + $1.due }
        let good = bins.reduce(0) { $0 + $1.good }
        let longest = { (values: [Duration?]) -> DataTable.Cell in
            values.compactMap { $0 }.max().map { DataTable.Cell(Figures.duration($0)) } ?? "–"
        }
        return [
            DataTable.Cell(Figures.seconds(seconds)),
            DataTable.Cell(Figures.count(due)),
            DataTable.Cell(Figures.count(bins.reduce(0) { $0 + $1.completed })),
            DataTable.Cell(Figures.count(good)),
            DataTable.Cell(Figures.count(due - good)),
            DataTable.Cell(Figures.count(bins.reduce(0) { $0 + HeatMap.missing($1) })),
            longest(bins.map(\.p50)),
            longest(bins.map(\.p99)),
            longest(bins.map(\.max)),
            DataTable.Cell(words.joined(separator: ", ")),
        ]
    }
}
