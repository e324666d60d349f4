import Measures
import Timeline

/// Bad requests per second over time, stacked by reason.
struct ErrorStrip: Sendable {
    let load: LoadTimeline
    let top: Double
    let height: Double

    /// Reasons by their total count; the sixth is the rest of them.
    let kinds: [(label: String, total: Int)]

    static let mostKinds = 6
    static let rest = "other reasons"

    init(load: LoadTimeline, top: Double, height: Double) {
        self.load = load
        self.top = top
        self.height = height
        var totals: [String: Int] = [:]
        for bin in load.bins { totals.merge(bin.bad, uniquingKeysWith: +) }
        let sorted = totals.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if sorted.count > Self.mostKinds {
            let rest = sorted[(Self.mostKinds - 1)...].reduce(0) { $0 + $1.value }
            kinds = sorted.prefix(Self.mostKinds - 1).map { ($0.key, $0.value) } + [(Self.rest, rest)]
        } else {
            kinds = sorted.map { ($0.key, $0.value) }
        }
    }

    /// Colour and hatching of each kind; the first is plain.
    static let fills: [(fill: String, colour: Colour)] = [
        ("url(#kind0)", Palette.vermillion), ("url(#kind1)", Palette.blue), ("url(#kind2)", Palette.orange),
        ("url(#kind3)", Palette.purple), ("url(#kind4)", Palette.green), ("url(#kind5)", Palette.ink),
    ]

    /// Bad requests of this bin, by kind.
    func counts(of bin: Bin) -> [Int] {
        guard kinds.count == Self.mostKinds, kinds.last?.label == Self.rest else {
            return kinds.map { bin.bad[$0.label] ?? 0 }
        }
        let named = kinds.dropLast().map { bin.bad[$0.label] ?? 0 }
        return named + [max(0, bin.bad.values.reduce(0, +) - named.reduce(0, +))]
    }

    var scale: LinearScale {
        let width = load.binWidth.seconds
        let greatest = load.bins.map { counts(of: $0).reduce(0, +) }.max() ?? 0
        let perSecond = width > 0 ? Double(greatest) / width : 0
        return LinearScale(domain: 0...LinearScale.roundEnd(holding: perSecond), start: height, end: 0)
    }

    var drawing: [Element] {
        var parts = [axis]
        guard !kinds.isEmpty else {
            parts.append(
                ChartText.hidden {
                    ChartText.label("none", part: 0, offset: 6, y: top + height - 6, style: "quiet")
                }
            )
            return parts
        }
        let unit = 1000 / Double(load.bins.count)
        let scale = scale
        var paths = Array(repeating: PathData(), count: kinds.count)
        for (index, bin) in load.bins.enumerated() where !bin.bad.isEmpty {
            var level = height
            for (kind, count) in counts(of: bin).enumerated() where count > 0 {
                let share = scale.position(Double(count) / load.binWidth.seconds)
                // Never thinner than two pixels: one bad request must be seen.
                let next = max(0, level - max(2, height - share))
                paths[kind].move((Double(index) + 0.5) * unit, level)
                paths[kind].line((Double(index) + 0.5) * unit, next)
                level = next
            }
        }
        parts.append(
            ChartText.stretched(top: top, height: height, columns: 1000, rows: height) {
                Element("g", ["stroke-width": (unit * 1.06).coordinate, "fill": "none"]) {
                    zip(paths, Self.fills).map { path, style in
                        Element("path", ["d": path.text, "stroke": style.fill])
                    }
                }
            }
        )
        return parts
    }

    private var axis: Element {
        let scale = scale
        return ChartText.hidden {
            ([0.0] + (kinds.isEmpty ? [] : [scale.domain.upperBound])).map { value in
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
        zip(kinds, Self.fills).map { kind, style in
            LegendEntry(
                kind.label,
                note: Figures.count(kind.total),
                .area(fill: style.fill, border: style.colour.css, opacity: 1)
            )
        }
    }
}
