import Measures
import Timeline

/// One host's part of a load, in figures.
package struct SenderFigures: Sendable, Codable, Equatable {
    package var load: String
    package var host: String
    package var due: Int
    package var good: Int
    /// Of its generator, microseconds; nil without readings.
    package var latenessP99: Double?
    /// It was lost before it had told all.
    package var isLost: Bool
    /// Requests of which nothing is known; nil: none, or of a closed model nobody knows.
    package var missing: Int?

    /// In the order of the plan; nil where each load has one sender, who told all.
    static func all(of timeline: Timeline) -> [SenderFigures]? {
        let loads = timeline.loads.filter { load in
            load.senders.count > 1 || load.senders.contains { $0.missing != nil }
        }
        let figures = loads.flatMap { load in load.senders.map { SenderFigures($0, of: load.name) } }
        return figures.isEmpty ? nil : figures
    }

    private init(_ sender: SenderTimeline, of load: String) {
        self.load = load
        host = sender.host
        due = sender.due
        good = sender.good
        latenessP99 = sender.generatorLateness.map { Double($0.nanoseconds) / 1000 }
        isLost = sender.missing != nil
        if case .known(let count)? = sender.missing { missing = count }
    }

    package var missingWords: String {
        isLost ? missing.map(Words.count) ?? "unknown" : "none"
    }
}
