import Measures
import Schedule
import Timeline

/// When each fault acted: a hatched band with a border through all rows, its name above, and the uncertainty of its start
/// and its end where that is wider than a pixel.
struct FaultBands: Sendable {
    let spans: [Span]
    let time: TimeScale
    let series: FaultSeries
    let wide: LabelLanes
    let narrow: LabelLanes

    struct Span: Sendable {
        let label: String
        let name: String
        let description: String
        let start: Instant
        let end: Instant
        /// Half-widths of the intervals of its start and its end.
        let bound: Duration
        let endBound: Duration
        /// It was asked for and never began.
        let isMissing: Bool
    }

    static let laneHeight = 19.0
    private static let mostLanes = 3

    init(timeline: Timeline, time: TimeScale, series: FaultSeries) {
        var times: [String: Int] = [:]
        for fault in timeline.faults { times[fault.scheduled.name, default: 0] += 1 }
        // What was due after a run that ended early was never tried.
        let spans = timeline.faults.filter { $0.scheduled.start < timeline.end }.map { fault in
            let scheduled = fault.scheduled
            let start = fault.started?.instant ?? scheduled.start
            return Span(
                label: (times[scheduled.name] ?? 1) > 1 ? scheduled.id : scheduled.name,
                name: scheduled.name,
                description: fault.description,
                start: start,
                end: max(start, fault.ended?.instant ?? scheduled.end),
                bound: fault.started?.bound ?? .zero,
                endBound: fault.ended?.bound ?? .zero,
                isMissing: fault.started == nil
            )
        }
        self.spans = spans
        self.time = time
        self.series = series
        let labels = { (limit: Int) in
            spans.map { span in
                LabelLanes.Label(
                    text: Self.text(of: span, limit: limit),
                    start: time.part(span.start),
                    end: time.part(span.end)
                )
            }
        }
        // The narrowest plots of the two layouts, see Stylesheet.
        self.wide = LabelLanes(labels(24), width: 520, lanes: Self.mostLanes)
        self.narrow = LabelLanes(labels(10), width: 184, lanes: Self.mostLanes)
    }

    private static func text(of span: Span, limit: Int) -> String {
        let text = span.label.shortened(to: limit)
        return span.isMissing ? text + " ∅" : text
    }

    /// Room for the labels above the rows.
    var headroom: Double {
        spans.isEmpty ? 0 : Double(max(wide.lanes, narrow.lanes, 1)) * Self.laneHeight + 4
    }

    /// Behind the lines, above the cells.
    func bands(from top: Double, to bottom: Double) -> [Element] {
        spans.map { span in
            let style = series.style(of: span.name)
            let start = time.part(span.start)
            let end = time.part(span.end)
            let stroke = span.isMissing ? "2 4" : nil
            return Element("g", ["class": "band"]) {
                Element("title", text: tooltip(of: span))
                Element(
                    "rect",
                    [
                        "x": ChartText.percent(start), "y": top.coordinate,
                        "width": ChartText.percent(end - start), "height": (bottom - top).coordinate,
                        "fill": span.isMissing ? "none" : "url(#\(series.hatch(of: span.name)))",
                        "pointer-events": "all",
                    ]
                )
                Element(
                    "rect",
                    [
                        "x": ChartText.percent(start), "y": (top - 4).coordinate,
                        "width": ChartText.percent(end - start), "height": "4",
                        "fill": span.isMissing ? "none" : style.colour.css,
                    ]
                )
                [start, end].map { part in
                    Element(
                        "line",
                        [
                            "x1": ChartText.percent(part), "x2": ChartText.percent(part),
                            "y1": (top - 4).coordinate, "y2": bottom.coordinate, "stroke": style.colour.css,
                            "stroke-width": "1.25", "stroke-dasharray": stroke,
                        ]
                    )
                }
                uncertainty(of: span, at: span.start, span.bound, from: top, to: bottom)
                uncertainty(of: span, at: span.end, span.endBound, from: top, to: bottom)
            }
        }
    }

    private func uncertainty(
        of span: Span,
        at instant: Instant,
        _ bound: Duration,
        from top: Double,
        to bottom: Double
    ) -> Element? {
        guard let parts = time.uncertainty(BoundedInstant(instant, bound: bound)) else { return nil }
        return Element(
            "rect",
            [
                "class": "uncertain", "x": ChartText.percent(parts.lowerBound), "y": (top - 4).coordinate,
                "width": ChartText.percent(parts.upperBound - parts.lowerBound),
                "height": (bottom - top + 4).coordinate,
                "fill": series.style(of: span.name).colour.css,
            ]
        )
    }

    private func tooltip(of span: Span) -> String {
        guard !span.isMissing else { return "\(span.label): \(span.description). It did not begin." }
        let edges = [(span.start, span.bound), (span.end, span.endBound)].map { instant, bound in
            Figures.seconds(instant) + (bound == .zero ? "" : " ± \(Figures.duration(bound))")
        }
        return "\(span.label): \(span.description). \(edges[0]) to \(edges[1])"
    }

    /// The names, in lanes over the rows that begin at `top`.
    func labels(above top: Double) -> Element {
        ChartText.hidden {
            Element("g", ["class": "wide"]) { labels(wide, limit: 24, above: top) }
            Element("g", ["class": "narrow"]) { labels(narrow, limit: 10, above: top) }
        }
    }

    private func labels(_ lanes: LabelLanes, limit: Int, above top: Double) -> [Element] {
        lanes.places.map { place in
            let span = spans[place.index]
            let y = top - 4 - Double(place.lane) * Self.laneHeight
            let part = time.part(place.fromEnd ? span.end : span.start)
            return Element("g") {
                if place.lane > 0 {
                    Element(
                        "line",
                        [
                            "x1": ChartText.percent(part), "x2": ChartText.percent(part),
                            "y1": (y - 12).coordinate, "y2": (top - 4).coordinate,
                            "stroke": series.style(of: span.name).colour.css,
                        ]
                    )
                }
                ChartText.label(
                    Self.text(of: span, limit: limit),
                    part: part,
                    offset: place.fromEnd ? (place.lane > 0 ? -5 : 0) : (place.lane > 0 ? 5 : 0),
                    y: y - 5,
                    anchor: place.fromEnd ? "end" : "start",
                    style: "strong"
                )
            }
        }
    }

    /// Names for which there was no room are in the tables.
    var note: String? {
        let left = wide.left
        return left > 0 ? "\(Figures.count(left, "label")) left out for lack of room." : nil
    }

    var legend: [LegendEntry] {
        let drawn = Set(spans.map { series.label(of: $0.name) })
        let names = series.names + (series.hasOthers ? [FaultSeries.others] : [])
        return names.filter(drawn.contains).map { name in
            LegendEntry(
                name.shortened(to: 40),
                .area(
                    fill: "url(#\(series.hatch(of: name)))",
                    border: series.style(of: name).colour.css,
                    opacity: 1
                )
            )
        }
    }
}
