import Measures
import Statistics

/// A load's latencies over time against what they were in the baseline.
struct BaselineLatency {
    /// The level: see `BaselineReturn`.
    let level: Duration
    private let columns: [Column]
    private let width: Duration

    /// Requests due in a column, and those that were not answered within the level.
    struct Column {
        let due: Int
        let slow: Int
    }

    /// p99, as a share that may be slower.
    private static let allowed = 0.01

    /// nil where too few requests were answered for a p99.
    init?(_ baseline: Tally, width: Duration, columns: (Duration) -> [Column]) {
        let quantile = ExactDecimal(significand: 99, exponent: -2)
        let served = baseline.served
        guard
            let p99 = served.bounds(ofRank: QuantileRank.point(quantile, of: baseline.due))?.upperBound,
            let rank = QuantileRank.interval(quantile, of: baseline.due, confidence: 0.95).upper,
            let upper = served.bounds(ofRank: rank)?.upperBound
        else { return nil }
        level = max(upper, p99 + p99 / 10)
        self.width = width
        self.columns = columns(level)
    }

    /// - Parameters:
    ///   - start: of the fault.
    ///   - recovered: when all was good again; latencies of what is not good say nothing.
    ///   - until: the end of the window.
    /// - Returns: nil when the window is too short to say anything.
    func returned(from start: Instant, notBefore recovered: Instant, until: Instant) -> BaselineReturn? {
        let first = Int(max(0, recovered.nanoseconds) / width.nanoseconds)
        // Columns that lie within the window; the one that holds `recovered` is looked at from there on.
        let last = min(columns.count, Int(max(0, until.nanoseconds) / width.nanoseconds))
        let hold = Int(BaselineReturn.longestHold.nanoseconds / width.nanoseconds)
        let least = Int((BaselineReturn.shortestHold.nanoseconds + width.nanoseconds - 1) / width.nanoseconds)
        guard first + least <= last else { return nil }
        for index in first...(last - least) {
            let close = min(last, index + max(1, max(hold, least)))
            let window = columns[index..<close]
            let due = window.reduce(0) { $0 + $1.due }
            let slow = window.reduce(0) { $0 + $1.slow }
            // Not from a column on that is itself slow.
            let isSlow = Self.isSlow(columns[index].slow, of: columns[index].due)
            guard due > 0, !isSlow, !Self.isSlow(slow, of: due) else { continue }
            let at = max(recovered, instant(index))
            return BaselineReturn(
                level: level,
                after: at - start,
                held: min(until, instant(close)) - at,
                censored: false
            )
        }
        return BaselineReturn(
            level: level,
            after: max(.zero, instant(last - least + 1) - start),
            held: .zero,
            censored: true
        )
    }

    private static func isSlow(_ slow: Int, of due: Int) -> Bool {
        // One of few is luck.
        slow > max(1, Int((Double(due) * allowed).rounded(.up)))
    }

    private func instant(_ column: Int) -> Instant {
        Instant(nanoseconds: Int64(column) * width.nanoseconds)
    }
}
