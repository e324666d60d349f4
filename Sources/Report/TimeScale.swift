import Measures
import Timeline

/// The run's time along x: parts of the plot's width, from time zero to the end.
struct TimeScale: Sendable {
    /// Seconds, above zero.
    let end: Double

    /// Wide enough for the run and for the last column, which may reach beyond it.
    init(_ timeline: Timeline) {
        let columns = timeline.loads.map { Double($0.bins.count) * $0.binWidth.seconds }.max() ?? 0
        let end = max(timeline.end.seconds, columns)
        self.end = end.isFinite && end > 0 ? end : 1
    }

    func part(_ instant: Instant) -> Double { part(seconds: instant.seconds) }

    func part(seconds: Double) -> Double { max(0, min(1, seconds / end)) }

    /// Time that one pixel of a 900 pixel plot stands for.
    var pixel: Double { end / 900 }

    /// Where an instant may lie, as parts of the width; nil where that is less than a pixel.
    func uncertainty(_ instant: BoundedInstant) -> ClosedRange<Double>? {
        let bound = instant.bound.seconds
        guard 2 * bound > pixel, bound.isFinite else { return nil }
        return part(
            seconds: instant.instant.seconds - bound
        )...part(
            seconds: instant.instant.seconds + bound
        )
    }

    /// Tick labels and grid lines. The labels of a narrow page are a second, sparser set.
    func axis(top: Double, bottom: Double) -> Element {
        let scale = LinearScale(domain: 0...end, start: 0, end: 1)
        let wide = scale.ticks(atMost: 10)
        let narrow = scale.ticks(atMost: 5)
        return ChartText.hidden {
            wide.map { ChartText.upright(part: part(seconds: $0), from: top, to: bottom + 4) }
            Element("g", ["class": "wide"]) { wide.map { label($0, y: bottom + 18) } }
            Element("g", ["class": "narrow"]) { narrow.map { label($0, y: bottom + 18) } }
            ChartText.label("seconds since the start", part: 1, y: bottom + 36, anchor: "end", style: "quiet")
        }
    }

    private func label(_ seconds: Double, y: Double) -> Element {
        let text = Figures.trimmed(seconds, decimals: 6)
        let anchor = seconds / end > 0.97 ? "end" : "middle"
        return ChartText.label(text, part: part(seconds: seconds), y: y, anchor: anchor)
    }
}
