import Measures
import Verdict

/// Response times and failures of run after run, equally far apart, the oldest on the left.
struct TrendChart: Sendable {
    /// The oldest first; not empty.
    let runs: [RunSummary]

    private static let timesTop = 34.0
    private static let timesHeight = 220.0
    private static let badTop = timesTop + timesHeight + 40
    private static let badHeight = 64.0
    private static let bottom = badTop + badHeight

    var figure: ChartFigure {
        ChartFigure(
            id: "trend",
            title: "Runs of \(runs.last?.experiment ?? "") over time",
            summary: summary,
            height: Self.bottom + 44,
            style: "timeline",
            drawing: drawing,
            legend: [
                LegendGroup(
                    title: "Response time",
                    entries: lines.map { LegendEntry($0.label, .line($0.style, width: 2)) }
                ),
                LegendGroup(title: "Verdict", entries: Self.signs.map { LegendEntry($0.0, .sign($0.1)) }),
            ],
            tableTitle: "The runs as a table",
            table: TrendTable(runs: runs).table
        )
    }

    private struct Line {
        let label: String
        let style: SeriesStyle
        let values: [Double?]
    }

    private var lines: [Line] {
        [
            Line(
                label: "p99",
                style: SeriesStyle(colour: Palette.blue, dash: nil),
                values: runs.map(\.p99Milliseconds)
            ),
            Line(
                label: "p50",
                style: SeriesStyle(colour: Palette.ink, dash: "5 3"),
                values: runs.map(\.p50Milliseconds)
            ),
        ]
    }

    private var scale: LatencyScale {
        let values = lines.flatMap(\.values).compactMap { $0 }.filter { $0 > 0 }
        let low = values.min() ?? 1
        let high = values.max() ?? 10
        let time = { (milliseconds: Double) in Duration(nanoseconds: Int64(min(9e18, milliseconds * 1e6))) }
        return LatencyScale(
            shortest: time(low / 1.5),
            longest: time(high * 1.5),
            start: Self.timesTop + Self.timesHeight,
            end: Self.timesTop
        )
    }

    private var shares: LinearScale {
        let greatest = runs.compactMap(\.availability).map { 100 * (1 - $0) }.max() ?? 0
        return LinearScale(
            domain: 0...LinearScale.roundEnd(holding: max(greatest, 1e-6)),
            start: Self.bottom,
            end: Self.badTop
        )
    }

    /// The middle of a run's column, as a part of the width.
    private func part(_ index: Int) -> Double { (Double(index) + 0.5) / Double(runs.count) }

    private var drawing: [Element] {
        let scale = scale
        var parts = [axes]
        parts.append(
            ChartText.stretched(
                top: Self.timesTop,
                height: Self.timesHeight,
                columns: Double(runs.count),
                rows: Self.timesHeight
            ) {
                lines.map { line in
                    Element(
                        "path",
                        [
                            "class": "line", "d": path(line.values, scale).text,
                            "stroke": line.style.colour.css,
                            "stroke-width": "2", "stroke-dasharray": line.style.dash,
                        ]
                    )
                }
            }
        )
        parts.append(Element("g", ["aria-hidden": "true"]) { runs.indices.map { sign(of: $0, scale) } })
        parts.append(Element("g", ["aria-hidden": "true"]) { runs.indices.compactMap(bar) })
        return parts
    }

    private func path(_ values: [Double?], _ scale: LatencyScale) -> PathData {
        var path = PathData()
        var isDrawing = false
        for (index, value) in values.enumerated() {
            guard let value else {
                isDrawing = false
                continue
            }
            let y = scale.position(Duration(nanoseconds: Int64(value * 1e6))) - Self.timesTop
            if isDrawing { path.line(Double(index) + 0.5, y) } else { path.move(Double(index) + 0.5, y) }
            isDrawing = true
        }
        return path
    }

    /// At its p99; an infinite one stands above all.
    private func sign(of index: Int, _ scale: LatencyScale) -> Element {
        let run = runs[index]
        let y =
            run.p99Milliseconds.map { scale.position(Duration(nanoseconds: Int64($0 * 1e6))) }
            ?? Self.timesTop - 8
        return Element(
            "svg",
            ["x": ChartText.percent(part(index)), "y": y.coordinate, "overflow": "visible"]
        ) {
            Element("title", text: "\(run.startedAt): \(run.outcome?.rawValue ?? "not judged")")
            Self.sign(run.outcome)
        }
    }

    private func bar(of index: Int) -> Element? {
        guard let availability = runs[index].availability, availability < 1 else { return nil }
        // Never lower than two pixels: one bad request must be seen.
        let y = min(Self.bottom - 2, shares.position(100 * (1 - availability)))
        return Element(
            "line",
            [
                "x1": ChartText.percent(part(index)), "x2": ChartText.percent(part(index)),
                "y1": Self.bottom.coordinate, "y2": y.coordinate, "stroke": Palette.vermillion.css,
                "stroke-width": min(14, max(2, 500 / Double(runs.count))).coordinate,
            ]
        )
    }

    private static let signs: [(String, Element)] = [
        ("met", sign(.met)), ("missed", sign(.missed)), ("inconclusive", sign(.inconclusive)),
        ("not judged", sign(nil)),
    ]

    private static func sign(_ outcome: Verdict.Outcome?) -> Element {
        switch outcome {
        case .met: Element("circle", ["r": "3.5", "fill": Palette.met.css])
        case .missed:
            Element(
                "path",
                [
                    "d": "M-5-5L5 5M5-5L-5 5", "stroke": Palette.missed.css, "stroke-width": "3",
                    "fill": "none",
                ]
            )
        case .inconclusive:
            Element(
                "circle",
                [
                    "r": "4.5", "fill": Palette.paper.css, "stroke": Palette.inconclusive.css,
                    "stroke-width": "2",
                ]
            )
        case nil: Element("path", ["d": "M-4 0h8", "stroke": Palette.muted.css, "stroke-width": "2"])
        }
    }

    private var axes: Element {
        let scale = scale
        let shares = shares
        let wide = ticks(atMost: 6)
        let narrow = ticks(atMost: 2)
        return ChartText.hidden {
            title("Response time of all requests", above: Self.timesTop - 8)
            title("Not good, percent of requests", above: Self.badTop)
            scale.ticks.map { tick in
                Element("g") {
                    ChartText.rule(y: scale.position(tick))
                    ChartText.label(
                        Figures.duration(tick).withoutTrailingZeros,
                        part: 0,
                        offset: -8,
                        y: scale.position(tick) + 4,
                        anchor: "end"
                    )
                }
            }
            [0, shares.domain.upperBound].map { value in
                Element("g") {
                    ChartText.rule(y: shares.position(value))
                    ChartText.label(
                        Figures.rate(value),
                        part: 0,
                        offset: -8,
                        y: shares.position(value) + 4,
                        anchor: "end"
                    )
                }
            }
            Element("g", ["class": "wide"]) { wide.map(label) }
            Element("g", ["class": "narrow"]) { narrow.map(label) }
        }
    }

    private func title(_ text: String, above top: Double) -> Element {
        ChartText.label(text, part: 0, offset: 1, y: top - 9, style: "strong")
    }

    /// The first, the last, and some between.
    private func ticks(atMost count: Int) -> [Int] {
        let steps = min(count, runs.count) - 1
        guard steps > 0 else { return [0] }
        return (0...steps).map { $0 * (runs.count - 1) / steps }
    }

    private func label(_ index: Int) -> Element {
        let anchor = part(index) < 0.1 ? "start" : part(index) > 0.9 ? "end" : "middle"
        return ChartText.label(
            String(runs[index].startedAt.prefix(10)),
            part: part(index),
            y: Self.bottom + 18,
            anchor: anchor
        )
    }

    private var summary: String {
        "\(Figures.count(runs.count, "run")): \(TrendText.counts(runs)). From \(runs.first?.startedAt ?? "") to "
            + "\(runs.last?.startedAt ?? "")."
    }
}
