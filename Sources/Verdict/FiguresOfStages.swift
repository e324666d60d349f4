import Measures
package import Timeline

/// One stage of a load's requests in figures, over the whole run; microseconds, as upper ends of their buckets (0.8 %).
package struct StageFigures: Sendable, Codable, Equatable {
    package var load: String
    package var stage: Stages.Stage
    /// Connections for what is done once a connection, else answered requests.
    package var count: Int
    package var p50: Double
    package var p99: Double
    package var greatest: Double

    /// In the order of the plan's loads, then of the stages; those that never came are left out.
    static func all(of timeline: Timeline) -> [StageFigures] {
        timeline.loads.flatMap { load in
            Stages.Stage.allCases.compactMap { StageFigures(load: load.name, $0, load.stages[$0]) }
        }
    }

    private init?(load: String, _ stage: Stages.Stage, _ table: LatencyTable) {
        let at = { (part: Double) -> Double? in
            table.bounds(atQuantile: part).map { Double($0.upperBound.nanoseconds) / 1000 }
        }
        guard let p50 = at(0.5), let p99 = at(0.99), let greatest = at(1) else { return nil }
        self.load = load
        self.stage = stage
        count = table.count
        self.p50 = p50
        self.p99 = p99
        self.greatest = greatest
    }
}
