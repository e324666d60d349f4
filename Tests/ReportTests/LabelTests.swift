import Measures
import Testing

@testable import Report

@Suite("labels of charts")
struct LabelTests {
    @Test("fault names never overlap, on the narrowest page and on every wider one")
    func lanes() {
        var random = SeededGenerator(seed: 21)
        for _ in 0..<2_000 {
            let labels = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                let start = random.unit()
                let text = String(repeating: "m", count: Int.random(in: 1...24, using: &random))
                return LabelLanes.Label(text: text, start: start, end: min(1, start + random.unit() * 0.3))
            }
            let lanes = LabelLanes(labels, width: 520, lanes: 3)
            #expect(lanes.places.count + lanes.left == labels.count)
            for width in [520.0, 700, 1000, 2500] {
                let boxes = lanes.places.map { place in
                    (place.lane, box(labels[place.index], place, width: width))
                }
                for (index, one) in boxes.enumerated() {
                    for other in boxes[(index + 1)...] where one.0 == other.0 {
                        #expect(!one.1.overlaps(other.1))
                    }
                }
            }
        }
    }

    private func box(_ label: LabelLanes.Label, _ place: LabelLanes.Place, width: Double) -> Range<Double> {
        let size = ChartText.width(of: label.text)
        return place.fromEnd
            ? (label.end * width - size)..<(label.end * width)
            : (label.start * width)..<(label.start * width + size)
    }

    @Test("labels of a margin keep their order and their distance")
    func stack() {
        var random = SeededGenerator(seed: 22)
        for _ in 0..<5_000 {
            let wishes = (0..<Int.random(in: 0...10, using: &random)).map { _ in random.unit() * 300 }
            let placed = LabelStack.spread(wishes, gap: 17, within: 0...300)
            let pairs = zip(wishes, placed).sorted { $0.0 < $1.0 }.map(\.1)
            for (one, next) in zip(pairs, pairs.dropFirst()) { #expect(next - one >= 17 - 1e-9) }
            for position in placed { #expect((-1e-9...300 + 1e-9).contains(position)) }
        }
    }
}
