import Measures
import Timeline

/// Requests that were due and requests that were completed, per second, over time. A gap between them is a stall.
struct RateStrip: Sendable {
    let load: LoadTimeline
    let top: Double
    let height: Double

    private var scale: LinearScale {
        let width = load.binWidth.seconds
        let greatest = load.bins.map { max($0.due, $0.completed) }.max() ?? 0
        let perSecond = width > 0 ? Double(greatest) / width : 0
        return LinearScale(domain: 0...LinearScale.roundEnd(holding: perSecond), start: height, end: 0)
    }

    var drawing: [Element] {
        guard !load.bins.isEmpty, load.binWidth.seconds > 0 else { return [axis] }
        let completed = line(load.bins.map(\.completed))
        var area = completed
        area.line(Double(load.bins.count), height)
        area.line(0, height)
        return [
            axis,
            ChartText.stretched(top: top, height: height, columns: Double(load.bins.count), rows: height) {
                Element("path", ["class": "completed-area", "d": area.text])
                Element("path", ["class": "line completed", "d": completed.text])
                Element("path", ["class": "line offered", "d": line(load.bins.map(\.due)).text])
            },
        ]
    }

    /// From edge to edge, through the middle of each column.
    private func line(_ counts: [Int]) -> PathData {
        var path = PathData()
        let heights = counts.map { scale.position(Double($0) / load.binWidth.seconds) }
        path.move(0, heights.first ?? height)
        for (index, y) in heights.enumerated() { path.line(Double(index) + 0.5, y) }
        path.line(Double(counts.count), heights.last ?? height)
        return path
    }

    private var axis: Element {
        let scale = scale
        return ChartText.hidden {
            [0, scale.domain.upperBound].map { value in
                Element("g") {
                    ChartText.rule(y: top + scale.position(value))
                    ChartText.label(
                        Figures.rate(value),
                        part: 0,
                        offset: -8,
                        y: top + scale.position(value) + 4,
                        anchor: "end"
                    )
                }
            }
        }
    }

    var legend: [LegendEntry] {
        [
            LegendEntry("offered", .line(SeriesStyle(colour: Palette.ink, dash: "4 3"), width: 1.5)),
            LegendEntry("completed", .line(SeriesStyle(colour: Palette.blue, dash: nil), width: 2)),
        ]
    }
}
