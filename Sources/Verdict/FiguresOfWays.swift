import Measures
import Schedule
package import Timeline

/// One way between two hosts in one phase, in figures, as latency probes between them found it.
package struct WayFigures: Sendable, Codable, Equatable {
    package var from: String
    package var to: String
    /// "baseline", or a fault's id: what comes after a fault is left out.
    package var phase: String
    package var sent: Int
    package var answered: Int
    /// Proven to have been lost on this way; other losses may have been on either.
    package var lost: Int
    /// The least of all, the median of the seconds' medians, the greatest of the seconds' p99; microseconds, each
    /// ± `bound`. Nil: no answer, or the clocks are not known.
    package var least: Double?
    package var median: Double?
    package var p99: Double?
    package var bound: Double?
    /// The median less the baseline's, microseconds, ± `changeBound`.
    package var change: Double?
    package var changeBound: Double?

    /// Baseline and faults, of each way.
    package static func all(of timeline: Timeline) -> [WayFigures] {
        timeline.paths.flatMap { path in
            zip(timeline.phases, path.byPhase).compactMap { phase, figures in
                guard figures.sent > 0 else { return nil }
                switch phase.kind {
                case .baseline: return WayFigures(path, figures, phase: phase.name)
                case .fault(let id, _): return WayFigures(path, figures, phase: id)
                case .recovery: return nil
                }
            }
        }
    }

    private init(_ path: PathTimeline, _ figures: PathFigures, phase: String) {
        from = path.from
        to = path.to
        self.phase = phase
        sent = figures.sent
        answered = figures.answered
        lost = figures.lost
        let micro = { (duration: Duration) in Double(duration.nanoseconds) / 1000 }
        least = figures.latency.map { micro($0.least) }
        median = figures.latency.map { micro($0.median) }
        p99 = figures.latency.map { micro($0.p99) }
        bound = figures.latency.map { micro($0.bound) }
        change = figures.change.map { micro($0.value) }
        changeBound = figures.change.map { micro($0.bound) }
    }
}
