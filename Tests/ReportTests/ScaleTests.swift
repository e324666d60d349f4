import Foundation
import Measures
import Testing

@testable import Report

@Suite("scales and colours")
struct ScaleTests {
    @Test("a linear scale keeps order and never leaves its range")
    func linear() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<10_000 {
            let low = (random.unit() - 0.5) * pow(10, random.unit() * 12)
            let width = random.unit() * pow(10, random.unit() * 12)
            let scale = LinearScale(domain: low...(low + width), start: 200, end: 0)
            let values = [low - width, low, low + width * random.unit(), low + width, .infinity, .nan]
            for value in values { #expect((0...200).contains(scale.position(value))) }
            #expect(scale.position(low) >= scale.position(low + width))
            let ticks = scale.ticks(atMost: 10)
            #expect(ticks.count <= 12 && !ticks.isEmpty)
            #expect(ticks == ticks.sorted())
        }
    }

    @Test("a round axis end holds its value and wastes at most half of the axis")
    func roundEnds() {
        var random = SeededGenerator(seed: 12)
        for _ in 0..<10_000 {
            let value = pow(10, random.unit() * 18 - 9)
            let end = LinearScale.roundEnd(holding: value)
            #expect(end >= value * (1 - 1e-8) && end <= value * 1.6)
        }
        #expect(LinearScale.roundEnd(holding: 0) == 1)
        #expect(LinearScale.roundEnd(holding: .nan) == 1)
    }

    @Test("equal factors are equally far apart on the latency axis")
    func latency() {
        let scale = LatencyScale(shortest: .milliseconds(1), longest: .seconds(1), start: 300, end: 0)
        #expect(abs(scale.position(.milliseconds(1)) - 300) < 1e-9)
        #expect(abs(scale.position(.milliseconds(10)) - 200) < 1e-9)
        #expect(abs(scale.position(.milliseconds(100)) - 100) < 1e-9)
        #expect(abs(scale.position(.seconds(60))) < 1e-9, "beyond the end is the end")
        #expect(scale.position(.zero) == 300)
    }

    @Test("each nine is as wide as the one before")
    func nines() {
        let scale = NinesScale(nines: 4)
        #expect(scale.ticks.map(\.label) == ["0 %", "90 %", "99 %", "99.9 %", "99.99 %"])
        for (tick, exceedance) in zip(scale.ticks, [1, 0.1, 0.01, 0.001, 0.0001]) {
            #expect(abs(scale.part(exceedance: exceedance) - tick.part) < 1e-12)
        }
        #expect(scale.part(exceedance: 0) == 1)
    }

    @Test("the steps of the heat map divide all counts, in order")
    func heatLevels() {
        for greatest in Array(0...300) + [4_711, 1_000_000, .max / 2] {
            let levels = HeatLevels(greatest: greatest)
            #expect(levels.level(of: 0) == nil)
            var next = 1
            for range in levels.ranges {
                let low = levels.thresholds[levels.ranges.firstIndex { $0.label == range.label } ?? 0]
                #expect(low == next || low > next)
                #expect(levels.level(of: low) == range.colour)
                next = low + 1
            }
            if greatest > 0 {
                #expect(levels.thresholds.first == 1)
                let colours = levels.ranges.map(\.colour)
                #expect(colours == colours.sorted() && Set(colours).count == colours.count)
                #expect(colours.allSatisfy { Palette.heat.indices.contains($0) })
                #expect(levels.level(of: greatest) == colours.last)
            }
        }
    }

    @Test("texts can be read on their grounds, light and dark: 4.5 to 1")
    func textContrast() {
        for (text, ground) in Palette.textPairs {
            #expect(
                contrast(text.light, ground.light) >= 4.5,
                "\(text.property) on \(ground.property), light"
            )
            #expect(contrast(text.dark, ground.dark) >= 4.5, "\(text.property) on \(ground.property), dark")
        }
    }

    @Test("lines can be seen on the page, light and dark: 3 to 1")
    func lineContrast() {
        for colour in Palette.lines {
            #expect(contrast(colour.light, Palette.paper.light) >= 3, "\(colour.property), light")
            #expect(contrast(colour.dark, Palette.paper.dark) >= 3, "\(colour.property), dark")
        }
    }

    @Test("more answers are further from the page's colour, also in grey")
    func heatIsOrdered() {
        let light = Palette.heat.map { luminance($0.light) }
        let dark = Palette.heat.map { luminance($0.dark) }
        #expect(light == light.sorted(by: >))
        #expect(dark == dark.sorted())
    }

    @Test("no two curves differ by colour alone")
    func dashes() {
        let styles = [SeriesStyle.baseline, .recovery] + SeriesStyle.faults
        #expect(Set(styles.map { $0.dash ?? "full" }).count == styles.count)
    }

    /// WCAG 2.1, relative luminance and contrast ratio.
    private func contrast(_ one: String, _ other: String) -> Double {
        let (first, second) = (luminance(one), luminance(other))
        return (max(first, second) + 0.05) / (min(first, second) + 0.05)
    }

    private func luminance(_ hex: String) -> Double {
        let value = Int(hex.dropFirst(), radix: 16) ?? 0
        let channels = [16, 8, 0].map { shift -> Double in
            let channel = Double((value >> shift) & 0xFF) / 255
            return channel <= 0.03928 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }
}
