import Measures
import Statistics
package import Timeline

/// One load over the whole run, in figures.
package struct LoadFigures: Sendable, Codable, Equatable {
    package var load: String
    package var due: Int
    package var good: Int
    /// Milliseconds; nil: infinite, or nothing was due.
    package var p50Milliseconds: Double?
    package var p99Milliseconds: Double?

    package init(load: String, due: Int, good: Int, p50Milliseconds: Double?, p99Milliseconds: Double?) {
        self.load = load
        self.due = due
        self.good = good
        self.p50Milliseconds = p50Milliseconds
        self.p99Milliseconds = p99Milliseconds
    }

    package static func all(of timeline: Timeline) -> [LoadFigures] {
        timeline.loads.map { load in
            let milliseconds = { (quantile: ExactDecimal) in
                LatencyQuantile(quantile, of: load.total).point.map { $0.seconds * 1000 }
            }
            return LoadFigures(
                load: load.name,
                due: load.total.due,
                good: load.total.good,
                p50Milliseconds: milliseconds(ExactDecimal(significand: 5, exponent: -1)),
                p99Milliseconds: milliseconds(ExactDecimal(significand: 99, exponent: -2))
            )
        }
    }
}
