import Foundation
import Measures
import Timeline

/// How many answers took how long, over time: a column for each bin, a row for each step of latency, darker for more.
/// Answers that never came have a row of their own above.
struct HeatMap: Sendable {
    let bins: [Bin]
    /// Rows that are drawn: those in use and one more on either side.
    let rows: ClosedRange<Int>
    let scale: LatencyScale
    let levels: HeatLevels
    let top: Double
    let height: Double

    /// Height of the row for requests without an answer, and its distance from the map.
    static let missingHeight = 12.0
    static let missingGap = 4.0

    init(load: LoadTimeline, top: Double, height: Double) {
        self.bins = load.bins
        self.top = top
        self.height = height
        let used = (0..<LatencyRows.count).filter { row in
            load.bins.contains { row < $0.heat.count && $0.heat[row] > 0 }
        }
        var low = max(0, (used.first ?? 15) - 1)
        var high = min(LatencyRows.count - 1, (used.last ?? 30) + 1)
        while high - low < 11 {
            low = max(0, low - 1)
            high = min(LatencyRows.count - 1, high + 1)
        }
        self.rows = low...high
        let longest = high + 1 < LatencyRows.count ? LatencyRows.lowerEdges[high + 1] : LatencyRows.top
        self.scale = LatencyScale(
            shortest: LatencyRows.lowerEdges[low],
            longest: longest,
            start: top + height,
            end: top
        )
        let greatest = load.bins.map { max($0.heat.max() ?? 0, Self.missing($0)) }.max() ?? 0
        self.levels = HeatLevels(greatest: greatest)
    }

    /// Requests of a bin that have no latency: they never got a whole answer.
    static func missing(_ bin: Bin) -> Int { max(0, bin.due - bin.heat.reduce(0, +)) }

    var missingTop: Double { top - Self.missingHeight - Self.missingGap }

    /// One path for each level: runs of equal level along a row, drawn as thick strokes.
    var drawing: [Element] {
        guard !bins.isEmpty else { return [] }
        let cells = rows.reversed().map { row in bins.map { row < $0.heat.count ? $0.heat[row] : 0 } }
        return [
            Element(
                "rect",
                [
                    "class": "ground", "y": top.coordinate, "width": "100%", "height": height.coordinate,
                ]
            ),
            map(cells, top: top, height: height, colours: Palette.heat.map { ($0.css, nil) }),
            Element(
                "rect",
                [
                    "class": "ground", "y": missingTop.coordinate, "width": "100%",
                    "height": Self.missingHeight.coordinate,
                ]
            ),
            map(
                [bins.map(Self.missing)],
                top: missingTop,
                height: Self.missingHeight,
                colours: (0..<7).map { (Palette.vermillion.css, 0.4 + 0.1 * Double($0)) }
            ),
        ]
    }

    private func map(
        _ cells: [[Int]],
        top: Double,
        height: Double,
        colours: [(css: String, opacity: Double?)]
    ) -> Element {
        var paths = Array(repeating: PathData(), count: colours.count)
        for (y, row) in cells.enumerated() {
            var start = 0
            while start < row.count {
                let level = levels.level(of: row[start])
                var end = start + 1
                while end < row.count, levels.level(of: row[end]) == level { end += 1 }
                if let level { paths[level].run(Double(start), Double(y), length: Double(end - start)) }
                start = end
            }
        }
        return ChartText.stretched(
            top: top,
            height: height,
            columns: Double(bins.count),
            rows: Double(cells.count)
        ) {
            Element("g", ["class": "cells", "transform": "translate(0 .5)"]) {
                zip(paths, colours).compactMap { path, colour in
                    path.isEmpty
                        ? nil
                        : Element(
                            "path",
                            [
                                "d": path.text, "stroke": colour.css,
                                "stroke-opacity": colour.opacity?.coordinate,
                            ]
                        )
                }
            }
        }
    }

    /// Grid lines and labels of the latency axis.
    var axis: Element {
        ChartText.hidden {
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
            ChartText.label("no answer", part: 0, offset: -8, y: missingTop + 10, anchor: "end")
        }
    }
}

/// Counts to the seven steps of the heat map, by their logarithm.
struct HeatLevels: Sendable {
    /// Smallest count of each step that occurs, ascending, the first is 1.
    let thresholds: [Int]
    let greatest: Int

    init(greatest: Int) {
        self.greatest = greatest
        var thresholds: [Int] = []
        for step in 0..<7 where greatest > 0 {
            let value = Int(pow(Double(greatest) + 1, Double(step) / 7).rounded(.up))
            if thresholds.last.map({ $0 < value }) ?? true, value <= greatest { thresholds.append(value) }
        }
        self.thresholds = thresholds
    }

    /// Index of the colour, 0 to 6; nil for an empty cell.
    func level(of count: Int) -> Int? {
        guard count > 0, let index = thresholds.lastIndex(where: { $0 <= count }) else { return nil }
        return colour(ofStep: index)
    }

    /// Few steps are spread over the whole range of colours.
    func colour(ofStep index: Int) -> Int {
        thresholds.count <= 1 ? 3 : index * 6 / (thresholds.count - 1)
    }

    /// "1", "2–4", "5–11", …
    var ranges: [(label: String, colour: Int)] {
        thresholds.indices.map { index in
            let low = thresholds[index]
            let high = index + 1 < thresholds.count ? thresholds[index + 1] - 1 : greatest
            let label = low == high ? Figures.count(low) : "\(Figures.count(low))–\(Figures.count(high))"
            return (label, colour(ofStep: index))
        }
    }
}

extension String {
    /// "1.00 ms" on an axis is "1 ms".
    var withoutTrailingZeros: String {
        guard let gap = firstIndex(of: "\u{00A0}"), self[..<gap].contains(".") else { return self }
        var number = String(self[..<gap])
        while number.hasSuffix("0") { number.removeLast() }
        if number.hasSuffix(".") { number.removeLast() }
        return number + self[gap...]
    }
}
