import Measures
import Timeline

/// p50, p99 and the maximum of each column, over the heat map. A line breaks where the quantile is infinite.
struct LatencyLines: Sendable {
    let bins: [Bin]
    let map: HeatMap

    private struct Line {
        let label: String
        let style: String
        let values: [Duration?]
    }

    private var lines: [Line] {
        [
            Line(label: "max", style: "max", values: bins.map(\.max)),
            Line(label: "p99", style: "p99", values: bins.map(\.p99)),
            Line(label: "p50", style: "p50", values: bins.map(\.p50)),
        ]
    }

    var drawing: [Element] {
        let paths = lines.map { (line: $0, path: path(of: $0.values)) }.filter { !$0.path.isEmpty }
        guard !paths.isEmpty else { return [] }
        let wishes = paths.map { lastPosition(of: $0.line.values) }
        let range = (map.top + 8)...(map.top + map.height)
        let labels = LabelStack.spread(wishes, gap: 15, within: range)
        return [
            ChartText.stretched(
                top: map.top,
                height: map.height,
                columns: Double(bins.count),
                rows: map.height
            ) {
                paths.filter { $0.line.style != "max" }.map { _, path in
                    Element("path", ["class": "halo", "d": path.text])
                }
                paths.map { line, path in Element("path", ["class": "line \(line.style)", "d": path.text]) }
            },
            ChartText.hidden {
                zip(paths, labels).map { entry, y in
                    ChartText.label(entry.line.label, part: 1, offset: 8, y: y + 4)
                }
            },
        ]
    }

    private func path(of values: [Duration?]) -> PathData {
        var path = PathData()
        var drawing = false
        for (index, value) in values.enumerated() {
            guard let value else {
                drawing = false
                continue
            }
            let y = map.scale.position(value) - map.top
            if drawing {
                path.line(Double(index) + 0.5, y)
            } else {
                // A column alone is still a mark: half a column to either side.
                path.move(Double(index), y)
                path.line(Double(index) + 0.5, y)
            }
            drawing = true
        }
        return path
    }

    private func lastPosition(of values: [Duration?]) -> Double {
        values.last { $0 != nil }.flatMap { $0 }.map { map.scale.position($0) } ?? map.top
    }

    var legend: [LegendEntry] {
        lines.map { line in
            let dash = ["p99": "5 3", "max": "1 3"][line.style]
            return LegendEntry(
                line.label,
                .line(SeriesStyle(colour: Palette.ink, dash: dash), width: line.style == "p50" ? 2 : 1.5)
            )
        }
    }
}
