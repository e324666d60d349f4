import Measures
import Schedule
package import Timeline

/// One way between two hosts in one phase, in figures, as latency probes between them found it, and requests.
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

    /// Nil: the two hosts were not both captured, or no request was split in a whole second of the phase.
    package var requests: RequestWayFigures?

    /// Baseline and faults, of each way: first those that probes took.
    package static func all(of timeline: Timeline, requests: [RequestWay] = []) -> [WayFigures] {
        let probed = timeline.paths.map { path in
            (path: path, requests: requests.first { $0.from == path.from && $0.to == path.to })
        }
        let alone = requests.filter { way in
            !timeline.paths.contains { $0.from == way.from && $0.to == way.to }
        }
        .map {
            (path: PathTimeline(from: $0.from, to: $0.to, seconds: [], phases: timeline.phases), requests: $0)
        }
        return (probed + alone).flatMap { path, requests in
            timeline.phases.indices.compactMap { index in
                let own = requests.flatMap { RequestWayFigures($0.byPhase[index], floor: $0.floor) }
                guard path.byPhase[index].sent > 0 || own != nil else { return nil }
                let phase = timeline.phases[index]
                switch phase.kind {
                case .baseline: return WayFigures(path, path.byPhase[index], phase: phase.name, requests: own)
                case .fault(let id, _): return WayFigures(path, path.byPhase[index], phase: id, requests: own)
                case .recovery: return nil
                }
            }
        }
    }

    private init(
        _ path: PathTimeline,
        _ figures: PathFigures,
        phase: String,
        requests: RequestWayFigures?
    ) {
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
        self.requests = requests
    }
}
