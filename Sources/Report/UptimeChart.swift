import Foundation
import Measures
import Verdict

/// Worst availability by the length of the window: one long outage keeps a curve low to the right, many short ones let it
/// rise early. Nines upwards, window lengths by powers of ten.
struct UptimeChart: Sendable {
    let curves: [UptimeCurve]
    /// Loads that are in the table only.
    let left: Int
    let id: String

    private static let top = 14.0
    private static let plotHeight = 150.0
    private static let mostCurves = 4

    init(verdict: Verdict, id: String) {
        let all = verdict.uptime ?? []
        curves = Array(all.prefix(Self.mostCurves))
        left = all.count - curves.count
        self.id = id
    }

    private static let styles = [
        SeriesStyle(colour: Palette.blue, dash: nil), SeriesStyle(colour: Palette.vermillion, dash: "7 3"),
        SeriesStyle(colour: Palette.purple, dash: "2 3"),
        SeriesStyle(colour: Palette.ink, dash: "9 3 2 3"),
    ]

    var figure: ChartFigure {
        ChartFigure(
            id: id,
            title: "Worst availability by window length",
            summary: summary,
            height: bottom + 44,
            style: "uptime",
            drawing: [axes] + curves.indices.flatMap(curve),
            legend: [
                LegendGroup(
                    title: "Loads",
                    entries: zip(curves, Self.styles).map { curve, style in
                        LegendEntry(curve.load.shortened(to: 40), .line(style, width: 2))
                    }
                )
            ],
            tableTitle: "Worst availability by window length as a table",
            table: table
        )
    }

    private var bottom: Double { Self.top + Self.plotHeight }

    /// The longest window, seconds.
    private var longest: Double { max(2, curves.flatMap(\.points).map(\.windowSeconds).max() ?? 2) }

    /// Enough nines for the least unavailability that is not zero, and a place above for zero itself.
    private var nines: NinesScale {
        let least = curves.flatMap(\.points).map { 1 - $0.worst }.filter { $0 > 1e-12 }.min() ?? 0.1
        return NinesScale(nines: max(2, (-log10(least)).rounded(.down) + 1))
    }

    private func part(seconds: Double) -> Double {
        max(0, min(1, log10(max(1, seconds)) / log10(longest)))
    }

    /// The last nine stands for "no failure": what has one is drawn below it.
    private func y(_ worst: Double) -> Double {
        let part = worst >= 1 - 1e-12 ? 1 : min(nines.part(exceedance: 1 - worst), 1 - 0.5 / nines.nines)
        return bottom - part * Self.plotHeight
    }

    private func curve(_ index: Int) -> [Element] {
        let style = Self.styles[index]
        let points = curves[index].points.map { (x: part(seconds: $0.windowSeconds), y: y($0.worst)) }
        var path = PathData()
        for (step, point) in points.enumerated() {
            if step == 0 { path.move(point.x * 1000, point.y) } else { path.line(point.x * 1000, point.y) }
        }
        return [
            ChartText.stretched(top: 0, height: bottom, columns: 1000, rows: bottom) {
                Element(
                    "path",
                    [
                        "class": "line", "d": path.text, "stroke": style.colour.css, "stroke-width": "2",
                        "stroke-dasharray": style.dash,
                    ]
                )
            }
        ]
            + zip(curves[index].points, points).map { point, place in
                Element(
                    "svg",
                    ["x": ChartText.percent(place.x), "y": place.y.coordinate, "overflow": "visible"]
                ) {
                    Element(
                        "title",
                        text:
                            "\(curves[index].load): \(Self.share(point.worst)) in the worst "
                            + Self.length(point.windowSeconds)
                    )
                    Element(
                        "circle",
                        [
                            "r": "3", "fill": Palette.paper.css, "stroke": style.colour.css,
                            "stroke-width": "2",
                        ]
                    )
                }
            }
    }

    private var axes: Element {
        let nines = nines
        let whole = Int(nines.nines)
        // At most five labels, and never one for the last nine, which is all good.
        let step = max(1, (whole + 3) / 4)
        let levels = nines.ticks.enumerated().filter { $0.offset < whole && $0.offset % step == 0 }
            // The narrow layout has room for nine characters beside the plot.
            .map { ($0.element.label.count > 9 ? "\($0.offset) nines" : $0.element.label, $0.element.part) }
        return ChartText.hidden {
            (levels + [("100 %", 1)]).map { label, part in
                Element("g") {
                    ChartText.rule(y: bottom - part * Self.plotHeight)
                    ChartText.label(
                        label,
                        part: 0,
                        offset: -8,
                        y: bottom - part * Self.plotHeight + 4,
                        anchor: "end"
                    )
                }
            }
            ticks(furthest: 0.8, style: "wide")
            ticks(furthest: 0.55, style: "narrow")
            ChartText.label("length of the window", part: 1, y: bottom + 36, anchor: "end", style: "quiet")
        }
    }

    /// The longest window's label stands at the end, round ones as far as they leave room for it.
    private func ticks(furthest: Double, style: String) -> Element {
        var marks: [(seconds: Double, part: Double)] = []
        for seconds in [1.0, 10, 60, 600, 3600, 36_000] {
            let part = part(seconds: seconds)
            guard part <= furthest, part - (marks.last?.part ?? -1) >= 1 - furthest else { continue }
            marks.append((seconds, part))
        }
        return Element("g", ["class": style]) {
            marks.map { mark in
                Element("g") {
                    ChartText.upright(part: mark.part, from: Self.top, to: bottom + 4)
                    ChartText.label(
                        Self.length(mark.seconds),
                        part: mark.part,
                        y: bottom + 18,
                        anchor: mark.part == 0 ? "start" : "middle"
                    )
                }
            }
            ChartText.upright(part: 1, from: Self.top, to: bottom + 4)
            ChartText.label(Self.length(longest), part: 1, y: bottom + 18, anchor: "end")
        }
    }

    private static func length(_ seconds: Double) -> String {
        switch seconds {
        case ..<120 where seconds != 60: Figures.seconds(seconds)
        case ..<7200 where seconds != 3600: Figures.trimmed(seconds / 60, decimals: 1) + " min"
        default: Figures.trimmed(seconds / 3600, decimals: 1) + " h"
        }
    }

    private static func share(_ worst: Double) -> String { Figures.percent(worst, resolving: 1 - worst) }

    private var summary: String {
        curves.map { curve in
            let points = curve.points
            let shown = [points.first, points.count > 2 ? points[points.count / 2] : nil, points.last]
            return curve.load + ": "
                + shown.compactMap { $0 }.map {
                    "\(Self.share($0.worst)) in the worst \(Self.length($0.windowSeconds))"
                }.joined(separator: ", ")
        }.joined(separator: ". ") + "."
            + (left > 0 ? " \(Figures.count(left, "load")) left out for lack of room." : "")
    }

    static let explanation =
        "The worst of all windows of each length; the last is the whole run. A user here is somebody who is always there: up for the good "
        + "share of each second’s requests, and unknown when nothing was asked for 10 s. Each host that sends is one; users of a "
        + "closed model are not told apart in a recording."

    private var table: DataTable {
        DataTable(
            [.text("Load"), .number("Window"), .number("Worst"), .text("Users")],
            rows: curves.flatMap { curve in
                curve.points.map { point in
                    [
                        DataTable.Cell(curve.load), DataTable.Cell(Self.length(point.windowSeconds)),
                        DataTable.Cell(Self.share(point.worst)),
                        DataTable.Cell(curve.users.joined(separator: ", ")),
                    ]
                }
            }
        )
    }
}
