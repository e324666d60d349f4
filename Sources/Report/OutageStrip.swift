import Measures
import Timeline

/// Bad seconds of each load, or of each host that sends it, in rows over one time axis: order and spread of a cascade. A bar
/// is as high as the share of requests that were bad.
struct OutageStrip: Sendable {
    let rows: [Row]
    /// Rows that are in the table only.
    let left: Int
    let time: TimeScale
    let bands: FaultBands
    let id: String

    struct Row: Sendable {
        let label: String
        let slices: [Slice]
    }

    private static let rowHeight = 26.0
    private static let titleHeight = 26.0
    private static let mostRows = 8
    private static let mostColumns = 600

    init(timeline: Timeline, series: FaultSeries, id: String) {
        let all = timeline.loads.flatMap { load -> [Row] in
            let senders = load.senders.filter { !$0.slices.isEmpty }
            guard senders.count > 1 else { return [Row(label: load.name, slices: load.slices)] }
            return senders.map { Row(label: "\(load.name) from \($0.host)", slices: $0.slices) }
        }.filter { row in row.slices.contains { $0.due > 0 } }
        rows = Array(all.prefix(Self.mostRows))
        left = all.count - rows.count
        time = TimeScale(timeline)
        bands = FaultBands(timeline: timeline, time: time, series: series)
        self.id = id
    }

    private func top(_ index: Int) -> Double {
        bands.headroom + Self.titleHeight + Double(index) * (Self.rowHeight + Self.titleHeight)
    }

    private var bottom: Double { top(max(0, rows.count - 1)) + Self.rowHeight }

    var figure: ChartFigure {
        ChartFigure(
            id: id,
            title: "Bad seconds over time",
            summary: summary,
            height: bottom + 44,
            style: "outages",
            drawing: drawing,
            legend: [
                LegendGroup(title: "Faults", entries: bands.legend),
                LegendGroup(
                    title: "Each second",
                    entries: [
                        LegendEntry(
                            "share of bad requests",
                            .area(fill: Palette.vermillion.css, border: nil, opacity: 1)
                        )
                    ]
                ),
            ],
            tableTitle: "Bad seconds as a table",
            table: table
        )
    }

    private var drawing: [Element] {
        var parts = [time.axis(top: bands.headroom, bottom: bottom)]
        parts += bands.bands(from: bands.headroom, to: bottom)
        for (index, row) in rows.enumerated() { parts += drawing(of: row, top: top(index)) }
        parts.append(bands.labels(above: bands.headroom))
        return parts
    }

    private func drawing(of row: Row, top: Double) -> [Element] {
        let bars = bars(of: row)
        return [
            ChartText.hidden {
                ChartText.rule(y: top + Self.rowHeight)
                // The narrowest plots of the two layouts, see Stylesheet.
                Element("g", ["class": "wide"]) { title(row, limit: 60, y: top - 7) }
                Element("g", ["class": "narrow"]) { title(row, limit: 22, y: top - 7) }
            },
            ChartText.stretched(top: top, height: Self.rowHeight, columns: 1000, rows: Self.rowHeight) {
                if !bars.isEmpty { Element("path", ["class": "bad-seconds", "d": bars.text]) }
            },
        ]
    }

    private func title(_ row: Row, limit: Int, y: Double) -> Element {
        ChartText.label(row.label.shortened(to: limit), part: 0, offset: 1, y: y, style: "strong")
    }

    /// Of a long run several seconds share a column, which is as bad as its worst.
    private func bars(of row: Row) -> PathData {
        var data = PathData()
        let width = max(1, (row.slices.count + Self.mostColumns - 1) / Self.mostColumns)
        var previous: (end: Double, height: Double)?
        for first in stride(from: 0, to: row.slices.count, by: width) {
            let column = row.slices[first..<min(first + width, row.slices.count)]
            let share = column.map { $0.due > 0 ? Double($0.due - $0.good) / Double($0.due) : 0 }.max() ?? 0
            guard share > 0 else {
                close(&data, previous)
                previous = nil
                continue
            }
            let start = 1000 * time.part(seconds: Double(first))
            let end = 1000 * time.part(seconds: Double(first + column.count))
            // Never lower than three pixels: one bad request must be seen.
            let height = (max(3, share * Self.rowHeight) * 2).rounded() / 2
            if previous == nil { data.move(start, Self.rowHeight) }
            if previous?.height != height { data.line(start, Self.rowHeight - height) }
            data.line(end, Self.rowHeight - height)
            previous = (end, height)
        }
        close(&data, previous)
        return data
    }

    private func close(_ data: inout PathData, _ last: (end: Double, height: Double)?) {
        guard let last else { return }
        data.line(last.end, Self.rowHeight)
        data.close()
    }

    static let explanation =
        "Seconds count from the run’s start, requests by their intended start. A column is as high as the worst share of bad requests in "
        + "it, and at least three pixels."

    private var summary: String {
        let words = rows.map { row in
            let bad = row.slices.count { $0.good < $0.due }
            let asked = row.slices.count { $0.due > 0 }
            return
                "\(row.label): \(Figures.count(bad)) of \(Figures.count(asked, "second")) with a bad request"
        }
        return words.joined(separator: "; ") + "."
            + (left > 0 ? " \(Figures.count(left, "row")) left out for lack of room." : "")
    }

    private var table: DataTable { BadSecondsTable(rows: rows).table }
}
