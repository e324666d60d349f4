import Measures
import Timeline

/// One way between two captured hosts in one phase, in figures, as the packets of requests took it: from wire to wire, without
/// what either host itself held back.
package struct RequestWayFigures: Sendable, Codable, Equatable {
    /// Packets: a request's last byte, or an answer's first.
    package var count: Int
    /// The least of all, the median of the seconds' medians, the greatest of all; microseconds, each ± `bound`.
    package var least: Double
    package var median: Double
    package var greatest: Double
    package var bound: Double
    /// The least of the baseline, microseconds; nil when nothing was measured then.
    package var floor: Double?
    /// The median less the baseline's, microseconds, ± `changeBound`.
    package var change: Double?
    package var changeBound: Double?

    /// Nil when no whole second of the phase has a packet.
    init?(_ figures: RequestFigures, floor: Duration?) {
        guard let latency = figures.latency else { return nil }
        let micro = { (duration: Duration) in Double(duration.nanoseconds) / 1000 }
        count = latency.count
        least = micro(latency.least)
        median = micro(latency.median)
        greatest = micro(latency.greatest)
        bound = micro(latency.bound)
        self.floor = floor.map(micro)
        change = figures.change.map { micro($0.value) }
        changeBound = figures.change.map { micro($0.bound) }
    }
}
