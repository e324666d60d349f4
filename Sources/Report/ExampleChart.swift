import Measures
import Verdict

/// A counter-example: the operations on two values of one key, each from its call to its return. Neither value can have come
/// first, since operations on both surround one another.
struct ExampleChart: Sendable {
    let history: String
    let operations: [ExampleOperation]
    let id: String

    private static let rowHeight = 34.0
    private static let barTop = 18.0
    private static let barHeight = 10.0
    private static let axisHeight = 24.0

    /// nil: no history has one.
    init?(_ verdict: Verdict, id: String) {
        let found = (verdict.histories ?? []).first { $0.registers?.example.isEmpty == false }
        guard let found, let operations = found.registers?.example else { return nil }
        history = found.history
        self.operations = operations.sorted { ($0.group, $0.startSeconds) < ($1.group, $1.startSeconds) }
        self.id = id
    }

    private var first: Double { operations.map(\.startSeconds).min() ?? 0 }
    private var last: Double {
        operations.flatMap { [$0.startSeconds, $0.endSeconds ?? $0.startSeconds] }.max() ?? 0
    }
    /// Never zero, so that what took no time is drawn too.
    private var span: Double { max(1e-6, last - first) * 1.05 }

    private func part(_ seconds: Double) -> Double { (seconds - first) / span }

    var figure: ChartFigure {
        let bottom = Double(operations.count) * Self.rowHeight
        return ChartFigure(
            id: id,
            title: "Operations of history \(history) that no order explains",
            summary: summary,
            height: bottom + Self.axisHeight,
            style: "split",
            drawing: operations.enumerated().flatMap { row($1, top: Double($0) * Self.rowHeight) }
                + axis(bottom),
            legend: [LegendGroup(title: "Operations", entries: legend)],
            tableTitle: "The counter-example as a table",
            table: table
        )
    }

    private var summary: String {
        let key = operations.first?.key ?? ""
        return "Key \(key), \(Figures.count(operations.count, "operation")) within "
            + "\(Figures.duration(seconds: last - first)) from \(first.fixed(3)) s on. "
            + groups.map { "\($0.text): \(Figures.count($0.count, "operation"))" }.joined(separator: "; ")
            + "."
    }

    private var groups: [(text: String, count: Int)] {
        Set(operations.map(\.group)).sorted().map { group in
            let own = operations.filter { $0.group == group }
            return ("on \(Self.shown(own.first?.value))", own.count)
        }
    }

    private static func style(_ group: Int) -> SeriesStyle {
        group == 0 ? .baseline : SeriesStyle.faults[0]
    }

    private static func shown(_ value: Int64?) -> String { value.map { "\($0)" } ?? "nothing" }

    private func row(_ operation: ExampleOperation, top: Double) -> [Element] {
        let start = part(operation.startSeconds)
        let end = operation.endSeconds.map(part) ?? 1
        let style = Self.style(operation.group)
        return [
            ChartText.hidden {
                ChartText.label(
                    "c\(operation.client) \(operation.verb) \(Self.shown(operation.value))",
                    part: 0,
                    y: top + Self.barTop - 5
                )
            },
            Element(
                "rect",
                [
                    "x": ChartText.percent(start), "y": (top + Self.barTop).coordinate,
                    // What took no time is seen all the same.
                    "width": ChartText.percent(max(0.006, end - start)), "height": Self.barHeight.coordinate,
                    "fill": style.colour.css, "fill-opacity": operation.group == 0 ? nil : "0.45",
                    "stroke": style.colour.css, "stroke-dasharray": operation.endSeconds == nil ? "3 2" : nil,
                ]
            ),
        ]
    }

    private func axis(_ top: Double) -> [Element] {
        [
            ChartText.rule(y: top + 2),
            ChartText.hidden {
                ChartText.label("0", part: 0, y: top + 18, style: "quiet")
                ChartText.label(
                    "+" + Figures.duration(seconds: span),
                    part: 1,
                    y: top + 18,
                    anchor: "end",
                    style: "quiet"
                )
            },
        ]
    }

    private var legend: [LegendEntry] {
        groups.enumerated().map { group, words in
            let style = Self.style(group)
            return LegendEntry(
                words.text,
                .area(fill: style.colour.css, border: style.colour.css, opacity: group == 0 ? 1 : 0.45)
            )
        }
    }

    private var table: DataTable {
        DataTable(
            [
                .text("Operation"), .text("Key"), .number("Client"), .number("Call"), .number("Return"),
                .number("Line of the recording"),
            ],
            rows: operations.map { operation in
                [
                    DataTable.Cell("\(operation.verb) \(Self.shown(operation.value))"),
                    DataTable.Cell(operation.key), DataTable.Cell("\(operation.client)"),
                    DataTable.Cell(operation.startSeconds.fixed(6) + " s"),
                    DataTable.Cell(operation.endSeconds.map { $0.fixed(6) + " s" } ?? "never"),
                    DataTable.Cell("\(operation.line)"),
                ]
            }
        )
    }
}
