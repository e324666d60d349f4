import Measures
import Timeline

/// What a load felt over time: latency, bad requests, rates and processes in rows over one time axis, with the faults
/// drawn through all of them.
struct TimelineChart: Sendable {
    let load: LoadTimeline
    let time: TimeScale
    let series: FaultSeries
    let bands: FaultBands
    let heat: HeatMap
    let errors: ErrorStrip
    let rate: RateStrip
    let processes: ProcessStrip
    let id: String

    /// Room for the title of a row.
    private static let titleHeight = 30.0

    init(timeline: Timeline, load: LoadTimeline, series: FaultSeries, id: String) {
        self.load = load
        self.series = series
        self.id = id
        time = TimeScale(timeline)
        bands = FaultBands(timeline: timeline, time: time, series: series)
        processes = ProcessStrip(timeline: timeline, time: time)
        let mapTop = bands.headroom + Self.titleHeight + HeatMap.missingHeight + HeatMap.missingGap
        heat = HeatMap(load: load, top: mapTop, height: 220)
        errors = ErrorStrip(load: load, top: mapTop + 220 + Self.titleHeight, height: 64)
        rate = RateStrip(load: load, top: errors.top + errors.height + Self.titleHeight, height: 64)
    }

    private var processTop: Double { rate.top + rate.height + 8 }
    private var bottom: Double {
        processes.tracks.isEmpty ? rate.top + rate.height : processTop + processes.height
    }

    var figure: ChartFigure {
        ChartFigure(
            id: id,
            title: "Requests of \(load.name) over time",
            summary: summary,
            height: bottom + 44,
            style: "timeline",
            drawing: drawing,
            legend: legend,
            tableTitle: "The timeline of \(load.name) as a table",
            table: TimelineTable(load: load).table
        )
    }

    private var drawing: [Element] {
        var parts = [time.axis(top: bands.headroom, bottom: bottom)]
        parts += heat.drawing
        parts += bands.bands(from: bands.headroom, to: bottom)
        parts.append(heat.axis)
        parts += LatencyLines(bins: load.bins, map: heat).drawing
        parts += errors.drawing
        parts += rate.drawing
        parts += processes.drawing(top: processTop)
        parts.append(bands.labels(above: bands.headroom))
        parts.append(
            ChartText.hidden {
                title("Response time", above: heat.missingTop)
                title("Bad requests per second", above: errors.top)
                title("Requests per second", above: rate.top)
            }
        )
        return parts
    }

    private func title(_ text: String, above top: Double) -> Element {
        ChartText.label(text, part: 0, offset: 1, y: top - 9, style: "strong")
    }

    private var legend: [LegendGroup] {
        let cells = heat.levels.ranges.map { range in
            LegendEntry(range.label, .area(fill: Palette.heat[range.colour].css, border: nil, opacity: 1))
        }
        return [
            LegendGroup(title: "Faults", entries: bands.legend),
            LegendGroup(title: "Response time", entries: LatencyLines(bins: load.bins, map: heat).legend),
            LegendGroup(title: "Answers in a cell", entries: cells),
            LegendGroup(title: "Bad requests", entries: errors.legend),
            LegendGroup(title: "Requests", entries: rate.legend),
            LegendGroup(title: "Processes", entries: processes.legend),
        ]
    }

    private var summary: String {
        let bad = load.total.due - load.total.good
        let kinds = errors.kinds.map { "\($0.label): \(Figures.count($0.total))" }.joined(separator: ", ")
        let faults = bands.spans.map { span in
            "\(span.label) from \(Figures.seconds(span.start)) to \(Figures.seconds(span.end))"
        }.joined(separator: "; ")
        return "\(Figures.count(load.total.due, "request")), \(Figures.count(bad)) of them bad"
            + (kinds.isEmpty ? ". " : " (\(kinds)). ")
            + (faults.isEmpty ? "No fault." : "Faults: \(faults).")
            + (bands.note.map { " " + $0 } ?? "")
    }
}
