import Measures
import Testing
import Timeline

@testable import Report

@Suite("heat map")
struct HeatMapTests {
    @Test("every cell with an answer is painted once, in the colour of its step, and no other cell is")
    func cells() {
        var random = SeededGenerator(seed: 31)
        for _ in 0..<50 {
            let bins = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                var bin = Bin(heat: Array(repeating: 0, count: LatencyRows.count))
                for row in bin.heat.indices where random.unit() < 0.3 {
                    bin.heat[row] = Int.random(in: 1...400, using: &random)
                }
                bin.due = bin.heat.reduce(0, +) + Int.random(in: 0...2, using: &random)
                return bin
            }
            let map = HeatMap(load: load(bins), top: 0, height: 200)
            var expected = Array(repeating: 0.0, count: Palette.heat.count)
            for count in bins.flatMap(\.heat) {
                if let level = map.levels.level(of: count) { expected[level] += 1 }
            }
            let text = map.drawing.map(\.rendered).joined()
            for (level, colour) in Palette.heat.enumerated() {
                #expect(painted(colour.css, in: text) == expected[level])
            }
            let missing = bins.count { HeatMap.missing($0) > 0 }
            #expect(painted(Palette.vermillion.css, in: text) == Double(missing))
        }
    }

    @Test("the rows that are drawn hold all answers, and a latency lies in the row that counts it")
    func rows() {
        for row in 0..<LatencyRows.count {
            var bin = Bin(heat: Array(repeating: 0, count: LatencyRows.count))
            (bin.due, bin.heat[row]) = (1, 1)
            let map = HeatMap(load: load([bin]), top: 10, height: 240)
            #expect(map.rows.contains(row))
            let height = 240 / Double(map.rows.count)
            let bottom = 250 - Double(row - map.rows.lowerBound) * height
            let y = map.scale.position(LatencyRows.lowerEdges[row] + .nanoseconds(1))
            #expect(abs(y - bottom) < 0.1, "the axis and the rows agree")
        }
    }

    /// Columns painted in this colour, over all rows.
    private func painted(_ colour: String, in text: String) -> Double {
        text.matches(of: /<path d="([^"]*)" stroke="([^"]*)"/).filter { $0.2 == colour }
            .flatMap { $0.1.matches(of: /h([0-9.]+)/) }
            .compactMap { Double($0.1) }
            .reduce(0, +)
    }

    private func load(_ bins: [Bin]) -> LoadTimeline {
        LoadTimeline(
            name: "test",
            goodMeans: "",
            total: Tally(),
            byPhase: [],
            binWidth: .seconds(1),
            bins: bins,
            slices: [],
            outages: [],
            bursts: BurstSummary(count: 0, longest: 0, varianceInflation: 1),
            lateness: Lateness(p50: .zero, p99: .zero, max: .zero)
        )
    }
}
