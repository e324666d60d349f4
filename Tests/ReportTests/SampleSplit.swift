import Measures
import Schedule
import Timeline

@testable import Decomposition

/// A made-up decomposition: a phase named after a fault holds packets in the part that its place in the run says.
struct SampleSplit {
    let phases: [Phase]
    var requests = 200
    /// Half-width of the clocks' difference, nanoseconds.
    var bound: Int64 = 6_000

    private static let held: [Part] = [.clientQueue, .clientAgain, .server]

    func decomposition(of loads: [String], ways: [RequestWay] = []) -> Decomposition {
        Decomposition(
            loads: loads.map { LoadSplit(name: $0, clients: ["client"], servers: ["web1"], phases: splits) },
            ways: ways
        )
    }

    private var splits: [PhaseSplit] {
        var random = SeededGenerator(seed: 3, stream: "split")
        var faults = 0
        return phases.map { phase in
            var split = PhaseSplit(phase: phase)
            var part: Part?
            if case .fault(_, let name) = phase.kind {
                let found = Self.held[faults % Self.held.count]
                split.parts[found.rawValue].faults = [name]
                part = found
                faults += 1
            }
            for _ in 0..<requests { split.add(Self.request(holding: part, bound, &random)) }
            split.unsplit = [.unanswered: 3, .notAtServer: 1]
            return split
        }
    }

    private static func request(holding part: Part?, _ bound: Int64, _ random: inout SeededGenerator) -> Split
    {
        let jitter = { (around: Int64, random: inout SeededGenerator) in
            around + Int64.random(in: -around / 3...around / 3, using: &random)
        }
        let held = { (here: Part) in part == here ? Int64(20_000_000) : 0 }
        let sent = jitter(24_000, &random)
        let left = sent + jitter(9_000, &random) + held(.clientQueue)
        let arrived = left + jitter(6_000, &random)
        let answered = arrived + jitter(60_000, &random) + held(.server)
        let came = answered + jitter(6_000, &random)
        let done = came + jitter(30_000, &random) + held(.clientAgain)
        return Split(
            Split.Stamps(intended: 0, sent: sent, written: sent + 13_000, done: done),
            Sighting(
                requestLeft: left,
                requestArrived: arrived,
                answerLeft: answered,
                answerArrived: came,
                answerComplete: came
            ),
            Split.Deltas(out: -bound...bound, back: -bound...bound),
            Split.StampBounds(client: 40, server: 40)
        )
    }
}
