import Foundation
import Measures
import Schedule
import Timeline

/// Latency by percentile on an axis of nines: the baseline, each fault and the recovery as curves of their own, with
/// their confidence bands, and the latency targets as marks.
struct SpectrumChart: Sendable {
    let load: LoadTimeline
    let curves: [SpectrumCurve]
    let markers: [LatencyMarker]
    let id: String

    private static let top = 14.0
    private static let height = 300.0

    init(timeline: Timeline, load: LoadTimeline, series: FaultSeries, markers: [LatencyMarker], id: String) {
        self.load = load
        self.id = id
        self.markers = markers.filter { $0.load == nil || $0.load == load.name }
        var groups: [(label: String, style: SeriesStyle, tallies: [Tally])] = []
        for (phase, tally) in zip(timeline.phases, load.byPhase) {
            let label: String
            let style: SeriesStyle
            switch phase.kind {
            case .baseline: (label, style) = ("baseline", .baseline)
            case .recovery: (label, style) = ("recovery", .recovery)
            case .fault(_, let name):
                (label, style) = (series.label(of: name), series.style(of: name))
            }
            if let index = groups.firstIndex(where: { $0.label == label && $0.style == style }) {
                groups[index].tallies.append(tally)
            } else {
                groups.append((label, style, [tally]))
            }
        }
        // The recovery last, however the phases alternate.
        groups = groups.filter { $0.style != .recovery } + groups.filter { $0.style == .recovery }
        curves = groups.map { SpectrumCurve(label: $0.label, style: $0.style, tallies: $0.tallies) }
    }

    private var drawn: [SpectrumCurve] { curves.filter { !$0.points.isEmpty } }

    private var nines: NinesScale {
        let data = drawn.compactMap { $0.points.last?.share }.map { -log10(max($0, 1e-10)) }.max() ?? 0
        let targets = markers.map { -log10(max($0.exceedance, 1e-10)) }.max() ?? 0
        return NinesScale(nines: max(2, (max(data, min(targets, 6)) * 2).rounded(.up) / 2))
    }

    private var latency: LatencyScale {
        let low = drawn.flatMap { $0.points.map(\.lower) }.filter { $0 > .zero }.min() ?? .milliseconds(1)
        let high = drawn.flatMap { $0.points.map(\.upper) }.max() ?? .milliseconds(10)
        let limits = markers.map(\.threshold).filter { $0 > .zero }
        let shortest = min(low, limits.min() ?? low)
        let longest = max(high, limits.max() ?? high)
        return LatencyScale(
            shortest: shortest * 0.8,
            longest: longest * 1.25,
            start: Self.top + Self.height,
            end: Self.top
        )
    }

    var figure: ChartFigure {
        ChartFigure(
            id: id,
            title: "Latency of \(load.name) by percentile",
            summary: "Response times from the intended start. "
                + curves.map { "\($0.label): \($0.ending)" }.joined(separator: "; ") + ".",
            height: Self.top + Self.height + 44,
            style: "wide-right",
            drawing: drawing,
            legend: legend,
            tableTitle: "The percentiles of \(load.name) as a table",
            table: table
        )
    }

    private var drawing: [Element] {
        let nines = nines
        let latency = latency
        var parts = [frame(nines, latency)]
        parts.append(
            ChartText.stretched(top: Self.top, height: Self.height, columns: 1000, rows: Self.height) {
                drawn.map { band(of: $0, nines, latency) }
                drawn.map { curve in
                    Element(
                        "path",
                        [
                            "class": "line curve",
                            "d": path(of: curve.points.map { ($0.share, $0.latency) }, nines, latency).text,
                            "stroke": curve.style.colour.css, "stroke-dasharray": curve.style.dash,
                        ]
                    )
                }
            }
        )
        parts += ends(nines, latency)
        parts += SpectrumMarkers(markers: markers, nines: nines, latency: latency).drawing
        if drawn.isEmpty {
            parts.append(
                ChartText.hidden {
                    ChartText.label(
                        "no curve: too few answers",
                        part: 0.5,
                        y: Self.top + Self.height / 2,
                        anchor: "middle",
                        style: "quiet"
                    )
                }
            )
        }
        return parts
    }

    private func frame(_ nines: NinesScale, _ latency: LatencyScale) -> Element {
        let bottom = Self.top + Self.height
        return ChartText.hidden {
            latency.ticks.map { tick in
                Element("g") {
                    ChartText.rule(y: latency.position(tick))
                    ChartText.label(
                        Figures.duration(tick).withoutTrailingZeros,
                        part: 0,
                        offset: -8,
                        y: latency.position(tick) + 4,
                        anchor: "end"
                    )
                }
            }
            nines.ticks.map { ChartText.upright(part: $0.part, from: Self.top, to: bottom + 4) }
            ChartText.upright(part: nines.part(exceedance: 0.5), from: Self.top, to: bottom + 4)
            // The narrowest plots of the two layouts, see Stylesheet.
            Element("g", ["class": "wide"]) { tickLabels(nines, width: 430, y: bottom + 18) }
            Element("g", ["class": "narrow"]) { tickLabels(nines, width: 204, y: bottom + 18) }
            ChartText.label("share of requests", part: 1, y: bottom + 36, anchor: "end", style: "quiet")
        }
    }

    /// As many as fit, from the left; the median only where it leaves the nines their room.
    private func tickLabels(_ nines: NinesScale, width: Double, y: Double) -> [Element] {
        let median = (label: "50 %", part: nines.part(exceedance: 0.5))
        let room = ChartText.width(of: median.label) + 10
        let hasMedian = median.part * width > room && (1 / nines.nines - median.part) * width > room
        var ticks = nines.ticks
        if hasMedian { ticks.insert(median, at: 1) }
        var occupied = -100.0
        return ticks.compactMap { tick in
            let size = ChartText.width(of: tick.label)
            // The last one would stick out of a narrow page.
            let isLast = tick.part > 0.95
            let start = tick.part * width - (isLast ? size : size / 2)
            guard start > occupied + 6 else { return nil }
            occupied = start + size
            return ChartText.label(tick.label, part: tick.part, y: y, anchor: isLast ? "end" : "middle")
        }
    }

    private func path(
        of points: [(share: Double, latency: Duration)],
        _ nines: NinesScale,
        _ latency: LatencyScale
    ) -> PathData {
        var path = PathData()
        for point in points {
            let x = nines.part(exceedance: point.share) * 1000
            let y = latency.position(point.latency) - Self.top
            if path.isEmpty { path.move(x, y) } else { path.line(x, y) }
        }
        return path
    }

    private func band(of curve: SpectrumCurve, _ nines: NinesScale, _ latency: LatencyScale) -> Element {
        let outline =
            curve.points.map { ($0.share, $0.upper) } + curve.points.reversed().map { ($0.share, $0.lower) }
        var path = path(of: outline, nines, latency)
        path.close()
        return Element("path", ["class": "confidence", "d": path.text, "fill": curve.style.colour.css])
    }

    /// A dot where each curve ends, and on wide pages its name in the margin with a thin line to it.
    private func ends(_ nines: NinesScale, _ latency: LatencyScale) -> [Element] {
        let ends = drawn.compactMap { curve in
            curve.points.last.map {
                (curve: curve, part: nines.part(exceedance: $0.share), y: latency.position($0.latency))
            }
        }
        let range = (Self.top + 6)...(Self.top + Self.height - 6)
        let labels = LabelStack.spread(ends.map(\.y), gap: 17, within: range)
        return zip(ends, labels).map { end, labelY in
            ChartText.hidden {
                Element(
                    "circle",
                    [
                        "cx": ChartText.percent(end.part), "cy": end.y.coordinate, "r": "3.5",
                        "fill": end.curve.style.colour.css,
                    ]
                )
                Element("g", ["class": "wide"]) {
                    Element(
                        "line",
                        [
                            "class": "leader", "x1": ChartText.percent(end.part), "y1": end.y.coordinate,
                            "x2": "100%", "y2": labelY.coordinate, "stroke": end.curve.style.colour.css,
                        ]
                    )
                    ChartText.label(end.curve.label.shortened(to: 14), part: 1, offset: 8, y: labelY + 4)
                }
            }
        }
    }

    private var legend: [LegendGroup] {
        [
            LegendGroup(
                title: "Phases",
                entries: curves.map {
                    LegendEntry($0.label.shortened(to: 40), note: $0.ending, .line($0.style, width: 2.25))
                }
            ),
            LegendGroup(
                title: "Targets",
                entries: SpectrumMarkers(markers: markers, nines: nines, latency: latency).legend
            ),
        ]
    }

    private var table: DataTable {
        var table = DataTable([.text("Share")] + curves.map { .number($0.label) })
        let rows: [(String, ExactDecimal)] =
            [("50 %", ExactDecimal(significand: 5, exponent: -1))]
            + NinesScale(nines: 9).ticks.dropFirst().enumerated().map { index, tick in
                (tick.label, ExactDecimal(significand: 1, exponent: -1 - index))
            }
        for (label, exceedance) in rows {
            let points = curves.map { $0.point(at: exceedance) }
            guard points.contains(where: { $0 != nil }) else { continue }
            table.rows.append(
                [DataTable.Cell(label)]
                    + points.map { point in
                        guard let point else { return "not bounded" }
                        return DataTable.Cell(
                            Figures.duration(point.latency),
                            note: "[\(Figures.duration(point.lower)), \(Figures.duration(point.upper))]"
                        )
                    }
            )
        }
        return table
    }
}
