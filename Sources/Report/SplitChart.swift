import Decomposition
import Measures
import Schedule

/// A bar for each phase, cut into the parts of its mean response time; below it, how long that is beside the other phases'.
struct SplitChart: Sendable {
    let split: LoadSplit
    let id: String

    private static let rowHeight = 64.0
    private static let barHeight = 24.0
    private static let textHeight = 16.0
    /// The edge of what is below the clocks' resolution.
    private static let dash = "2 2"

    /// Least widths of the plot in the two layouts, see `Stylesheet`, and what the figure beside a name takes of it.
    private static let plots = [(width: 520.0, style: "wide"), (184.0, "narrow")]
    private static let figureWidth = 80.0

    /// The table has the whole name.
    private static func cut(_ name: String, to width: Double) -> String {
        guard ChartText.width(of: name) > width else { return name }
        var short = name
        while !short.isEmpty, ChartText.width(of: short + "…") > width { short.removeLast() }
        return short + "…"
    }

    private var phases: [PhaseSplit] { split.phases.filter { $0.split > 0 } }

    var figure: ChartFigure {
        ChartFigure(
            id: id,
            title: "Parts of the mean response time of \(split.name), by phase",
            summary: summary,
            height: Double(phases.count) * Self.rowHeight,
            style: "split",
            drawing: phases.enumerated().flatMap { row($1, top: Double($0) * Self.rowHeight) },
            legend: [
                LegendGroup(title: "Parts", entries: legend), LegendGroup(title: "Lines", entries: lines),
            ],
            tableTitle: "The parts of \(split.name) as a table",
            table: SplitTable(split: split).table
        )
    }

    private var summary: String {
        phases.map { phase in
            let largest = phase.parts.max { $0.sum < $1.sum }
            let words = largest.map { ", most of it \($0.part.name)" } ?? ""
            let mean = phase.meanResponseTime.map(Figures.duration) ?? "–"
            return "\(phase.phase.name): \(mean)\(words)"
        }.joined(separator: "; ") + "."
    }

    private var longest: Int64 {
        phases.compactMap { $0.meanResponseTime?.nanoseconds }.max() ?? 0
    }

    private func row(_ phase: PhaseSplit, top: Double) -> [Element] {
        let mean = phase.meanResponseTime ?? .zero
        let bar = top + Self.textHeight + 4
        let below = bar + Self.barHeight + 3
        let whole = Double(max(1, longest))
        return [
            ChartText.hidden {
                Self.plots.map { width, style in
                    ChartText.label(
                        Self.cut(phase.phase.name, to: width - Self.figureWidth),
                        part: 0,
                        y: top + Self.textHeight - 3,
                        style: "strong \(style)"
                    )
                }
                ChartText.label(
                    Figures.duration(mean),
                    part: 1,
                    y: top + Self.textHeight - 3,
                    anchor: "end",
                    style: "quiet"
                )
            }
        ] + pieces(phase, top: bar) + [
            area(from: 0, width: Double(mean.nanoseconds) / whole, below, 4, fill: Palette.ink.css)
        ]
    }

    /// What is below zero, by no more than its bound, takes no room.
    private func pieces(_ phase: PhaseSplit, top: Double) -> [Element] {
        let whole = phase.parts.reduce(Int64(0)) { $0 + max(0, $1.sum) }
        guard whole > 0 else { return [] }
        var start = 0.0
        return phase.parts.compactMap { part in
            let width = Double(max(0, part.sum)) / Double(whole)
            defer { start += width }
            guard width > 0 else { return nil }
            return area(
                from: start,
                width: width,
                top,
                Self.barHeight,
                fill: SplitStyle.fill(part.part),
                // A border would be wider than the thinnest parts.
                border: width > 0.004 ? SplitStyle(part.part).colour.css : nil,
                dash: part.isBelowResolution ? Self.dash : nil
            )
        }
    }

    private func area(
        from start: Double,
        width: Double,
        _ top: Double,
        _ height: Double,
        fill: String,
        border: String? = nil,
        dash: String? = nil
    ) -> Element {
        Element(
            "rect",
            [
                "x": ChartText.percent(start), "y": top.coordinate, "width": ChartText.percent(width),
                "height": height.coordinate, "fill": fill, "stroke": border,
                "stroke-dasharray": border == nil ? nil : dash,
            ]
        )
    }

    /// With the faults that held packets there.
    private var legend: [LegendEntry] {
        Part.allCases.compactMap { part in
            let figures = phases.map { $0[part] }.filter(\.isShown)
            guard !figures.isEmpty else { return nil }
            var names: [String] = []
            for name in figures.flatMap(\.faults) where !names.contains(name) { names.append(name) }
            return LegendEntry(
                part.name,
                note: names.isEmpty ? nil : "held by " + names.joined(separator: ", "),
                .area(fill: SplitStyle.fill(part), border: SplitStyle(part).colour.css, opacity: 1)
            )
        }
    }

    private var lines: [LegendEntry] {
        let isUnresolved = phases.contains { $0.parts.contains { $0.isShown && $0.isBelowResolution } }
        let edge = SeriesStyle(colour: Palette.green, dash: Self.dash)
        return [
            LegendEntry(
                "mean response time",
                note: "all phases on one scale",
                .line(SeriesStyle(colour: Palette.ink, dash: nil), width: 4)
            )
        ] + (isUnresolved ? [LegendEntry("shorter than its bound", .line(edge, width: 1.5))] : [])
    }
}
