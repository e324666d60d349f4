import Foundation
import Measures
import Timeline

/// A row of block characters where no drawing is possible: the worst p99 of equal stretches of time, on a logarithmic
/// scale; × where too many requests had no answer for a p99.
struct Sparkline: Sendable {
    let load: LoadTimeline
    var width = 60

    private static let blocks = Array("▁▂▃▄▅▆▇█")

    /// Worst p99 and requests without an answer, of each stretch.
    private var stretches: [(p99: Duration?, isInfinite: Bool, hasRequests: Bool)] {
        let step = max(1, (load.bins.count + width - 1) / width)
        return stride(from: 0, to: load.bins.count, by: step).map { first in
            let bins = load.bins[first..<min(first + step, load.bins.count)]
            return (
                bins.compactMap(\.p99).max(),
                bins.contains { $0.p99 == nil && HeatMap.missing($0) > 0 },
                bins.contains { $0.due > 0 }
            )
        }
    }

    /// nil when there is nothing to draw.
    var range: ClosedRange<Duration>? {
        let values = stretches.compactMap(\.p99).filter { $0 > .zero }
        guard let low = values.min(), let high = values.max() else { return nil }
        return low...high
    }

    var latency: String {
        let range = range
        return String(
            stretches.map { stretch in
                guard stretch.hasRequests else { return " " }
                guard !stretch.isInfinite, let p99 = stretch.p99, let range else { return "×" }
                let span = log(range.upperBound.seconds / range.lowerBound.seconds)
                guard span > 0, p99 > .zero else { return Self.blocks[0] }
                let part = log(p99.seconds / range.lowerBound.seconds) / span
                return Self.blocks[Int(max(0, min(1, part)) * 7)]
            }
        )
    }

    /// Share of bad requests: a dot for none.
    var bad: String {
        let step = max(1, (load.bins.count + width - 1) / width)
        return String(
            stride(from: 0, to: load.bins.count, by: step).map { first in
                let bins = load.bins[first..<min(first + step, load.bins.count)]
                let due = bins.reduce(0) { $0 + $1.due }
                let bad = due - bins.reduce(0) { $0 + $1.good }
                guard due > 0 else { return " " }
                guard bad > 0 else { return "·" }
                return Self.blocks[max(0, min(7, bad * 8 / due))]
            }
        )
    }
}
