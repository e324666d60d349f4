import Measures
import Timeline

/// One-way latencies over time: a row for each way between two hosts, both ways of a pair one after the other, with the
/// faults drawn through all of them. Beside what probes found stands what the packets of requests did, where both hosts
/// were captured.
struct WayChart: Sendable {
    let paths: [PathTimeline]
    let requests: [RequestWay]
    /// Ways that are in the table only.
    let left: Int
    let time: TimeScale
    let bands: FaultBands
    let id: String

    private static let rowHeight = 44.0
    private static let titleHeight = 30.0
    private static let mostRows = 12
    private static let mostLines = 60

    /// Of more ways than there is room for, those that changed most.
    init(timeline: Timeline, requests: [RequestWay] = [], series: FaultSeries, id: String) {
        let measured = timeline.paths.filter { path in path.seconds.contains { $0.sent > 0 } }
        let greatest = { (path: PathTimeline) in
            path.byPhase.compactMap(\.change).map { max($0.value, .zero - $0.value) }.max() ?? .zero
        }
        let pairs = Dictionary(grouping: measured) { [$0.from, $0.to].sorted() }
        let ranked = pairs.sorted { left, right in
            let changes = [left, right].map { $0.value.map(greatest).max() ?? .zero }
            return changes[0] == changes[1]
                ? left.key.lexicographicallyPrecedes(right.key) : changes[0] > changes[1]
        }
        let kept = ranked.prefix(Self.mostRows / 2).sorted { $0.key.lexicographicallyPrecedes($1.key) }
        paths = kept.flatMap { $0.value.sorted { ($0.from, $0.to) < ($1.from, $1.to) } }
        left = measured.count - paths.count
        time = TimeScale(timeline)
        bands = FaultBands(timeline: timeline, time: time, series: series)
        self.requests = requests
        self.id = id
    }

    private func top(_ index: Int) -> Double {
        bands.headroom + Self.titleHeight + Double(index) * (Self.rowHeight + Self.titleHeight)
    }

    private var bottom: Double { top(max(0, paths.count - 1)) + Self.rowHeight }

    var figure: ChartFigure {
        ChartFigure(
            id: id,
            title: "One-way latencies over time",
            summary: summary,
            height: bottom + 44,
            style: "ways",
            drawing: drawing,
            legend: legend,
            tableTitle: "One-way latencies over time as a table",
            table: table
        )
    }

    private var drawing: [Element] {
        var parts = [time.axis(top: bands.headroom, bottom: bottom)]
        parts += bands.bands(from: bands.headroom, to: bottom)
        for (index, path) in paths.enumerated() { parts += row(path, top: top(index)) }
        parts.append(bands.labels(above: bands.headroom))
        return parts
    }

    private func requests(of path: PathTimeline) -> RequestWay? {
        requests.first { $0.from == path.from && $0.to == path.to }
    }

    private func row(_ path: PathTimeline, top: Double) -> [Element] {
        let probes = StepLine(path)
        let own = requests(of: path).map { StepLine($0) }
        let highest = max(probes.highest, own?.highest ?? 0)
        let scale = LinearScale(
            domain: 0...LinearScale.roundEnd(holding: highest),
            start: Self.rowHeight,
            end: 0
        )
        return [
            ChartText.hidden {
                [0, scale.domain.upperBound].map { value in
                    Element("g") {
                        ChartText.rule(y: top + scale.position(value))
                        ChartText.label(
                            value == 0 ? "0" : Figures.duration(seconds: value).withoutTrailingZeros,
                            part: 0,
                            offset: -8,
                            y: top + scale.position(value) + 4,
                            anchor: "end"
                        )
                    }
                }
                // The narrowest plots of the two layouts, see Stylesheet.
                Element("g", ["class": "wide"]) { title(path, limit: 60, y: top - 9) }
                Element("g", ["class": "narrow"]) { title(path, limit: 22, y: top - 9) }
            },
            ChartText.stretched(
                top: top,
                height: Self.rowHeight,
                columns: time.end * 10,
                rows: Self.rowHeight
            ) {
                [
                    ("bounded", probes.area(x: x, y: scale)),
                    ("bounded-requests", own?.area(x: x, y: scale) ?? PathData()),
                    ("line median", probes.line(x: x, y: scale)),
                    ("line requests", own?.line(x: x, y: scale) ?? PathData()),
                    ("unanswered", unanswered(path)),
                ]
                .filter { !$0.1.isEmpty }
                .map { Element("path", ["class": $0.0, "d": $0.1.text]) }
            },
        ]
    }

    private func title(_ path: PathTimeline, limit: Int, y: Double) -> Element {
        ChartText.label(Self.label(path).shortened(to: limit), part: 0, offset: 1, y: y, style: "strong")
    }

    private static func label(_ path: PathTimeline) -> String { "\(path.from) → \(path.to)" }

    /// In tenths of a second.
    private func x(_ instant: Instant) -> Double { max(0, min(time.end, instant.seconds)) * 10 }

    /// From the top down: the share of a second's probes without an answer.
    private func unanswered(_ path: PathTimeline) -> PathData {
        var data = PathData()
        for second in path.seconds where second.answered < second.sent {
            let share = Double(second.sent - second.answered) / Double(second.sent)
            data.move(x(second.start), 0)
            data.line(x(second.start), 8 * share + 2)
            data.line(x(second.end), 8 * share + 2)
            data.line(x(second.end), 0)
        }
        return data
    }

    private var legend: [LegendGroup] {
        [
            LegendGroup(title: "Faults", entries: bands.legend),
            LegendGroup(
                title: "Each second",
                entries: [
                    LegendEntry(
                        "median of the probes",
                        .line(SeriesStyle(colour: Palette.blue, dash: nil), width: 2)
                    )
                ] + requestEntries + [
                    LegendEntry(
                        "the clocks’ bound",
                        .area(fill: Palette.blue.css, border: nil, opacity: 0.25)
                    ),
                    LegendEntry(
                        "share without an answer, from the top",
                        .area(fill: Palette.vermillion.css, border: nil, opacity: 1)
                    ),
                ]
            ),
        ]
    }

    private var requestEntries: [LegendEntry] {
        guard paths.contains(where: { requests(of: $0) != nil }) else { return [] }
        let style = SeriesStyle(colour: Palette.ink, dash: "5 3")
        return [LegendEntry("median of the requests’ packets, from wire to wire", .line(style, width: 1.5))]
    }

    private var summary: String {
        let ways = paths.map { path in
            let floor =
                path.floor.map { "median \(Figures.duration($0.median)) without a fault" } ?? "no baseline"
            let seen = path.byPhase.compactMap(\.change).filter { $0.value > $0.bound }
            let greatest = seen.map(\.value).max()
            return "\(Self.label(path)): \(floor)"
                + (greatest.map { ", up to \(Figures.duration($0)) more with one" } ?? "")
        }
        return ways.joined(separator: "; ") + "."
            + (left > 0 ? " \(Figures.count(left, "more way")): see the table of one-way latencies." : "")
    }

    /// Stretches of equal length, each with its greatest medians, their bounds and its probes.
    private var table: DataTable {
        let seconds = Int(time.end.rounded(.up))
        let step = max(1, (seconds + Self.mostLines - 1) / Self.mostLines)
        return DataTable(
            [.number("From")] + paths.map { .number(Self.label($0)) },
            rows: stride(from: 0, to: seconds, by: step).map { first in
                let range =
                    Instant(.seconds(first))
                    - .milliseconds(50)..<(Instant(.seconds(first + step)) - .milliseconds(50))
                return [DataTable.Cell(Figures.seconds(Double(first)))]
                    + paths.map { path in
                        cell(
                            path.seconds.filter { range.contains($0.start) },
                            requests(of: path)?.seconds.filter { range.contains($0.start) } ?? []
                        )
                    }
            }
        )
    }

    private func cell(_ seconds: [PathSecond], _ requests: [RequestSecond]) -> DataTable.Cell {
        let sent = seconds.reduce(0) { $0 + $1.sent }
        let answered = seconds.reduce(0) { $0 + $1.answered }
        let missing =
            answered < sent ? "\(Figures.count(sent - answered)) of \(Figures.count(sent)) unanswered" : nil
        let worst = seconds.compactMap(\.latency).max { $0.median < $1.median }
        let own = requests.map(\.latency).max { $0.median < $1.median }.map {
            "requests \(Figures.duration($0.median)) ± \(Figures.duration($0.bound))"
        }
        let bound = worst.map { "± \(Figures.duration($0.bound))" }
        let notes = [bound, missing, own].compactMap { $0 }
        return DataTable.Cell(
            worst.map { Figures.duration($0.median) } ?? "–",
            note: notes.isEmpty ? nil : notes.joined(separator: ", ")
        )
    }
}
