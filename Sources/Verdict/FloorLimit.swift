import Measures
package import Plan
package import Recording
import Statistics
import Timeline

/// What cannot be claimed, since the instrument itself is no better (guides: slo 1.5). Met or missed, it would be said of
/// the generator's host and not of the target.
package struct FloorLimit {
    /// Those of the loads that a target speaks of.
    private let floors: [InstrumentFloor]

    init(of timeline: Timeline, load: String?) {
        floors = timeline.loads(named: load).compactMap(\.floor)
    }

    func limit(_ finding: Finding, of target: AvailabilityTarget) -> Finding {
        floors.lazy.compactMap { Self.refusal(of: target, by: $0) }.first.map { refuse(finding, $0) }
            ?? finding
    }

    func limit(_ finding: Finding, of target: LatencyTarget) -> Finding {
        floors.lazy.compactMap { Self.refusal(of: target, by: $0) }.first.map { refuse(finding, $0) }
            ?? finding
    }

    /// What a run with these targets cannot show, in a line each: to be said before it begins.
    package static func warnings(of floor: InstrumentFloor, for targets: TargetsPlan) -> [String] {
        let availability = targets.availability.filter { $0.load == nil || $0.load == floor.load }
            .compactMap { target in refusal(of: target, by: floor).map { (target.words, $0) } }
        let latency = targets.latency.filter { $0.load == nil || $0.load == floor.load }
            .compactMap { target in refusal(of: target, by: floor).map { (target.words, $0) } }
        return (availability + latency).map { "\($0) cannot be shown from here: \($1)" }
    }

    /// A claim on availability is below the floor when more of the echoes were bad than the target may lose: with the same
    /// confidence, so that too few echoes refuse nothing.
    private static func refusal(of target: AvailabilityTarget, by floor: InstrumentFloor) -> String? {
        guard floor.requests > 0 else { return nil }
        let least = ClopperPearson.lower(
            failures: floor.bad,
            of: floor.requests,
            confidence: target.confidence
        )
        guard least > Nines.unavailability(percent: target.objective) else { return nil }
        return
            "\(Words.count(floor.bad)) of \(Words.count(floor.requests)) echoes on the generator's own loopback were bad"
    }

    /// A claim on latency is below the floor when its share of the echoes already takes that long.
    private static func refusal(of target: LatencyTarget, by floor: InstrumentFloor) -> String? {
        guard let time = floor.time(ofShare: target.claim.quantile.double), time >= target.claim.threshold
        else { return nil }
        return "an echo on the generator's own loopback takes \(time.rounded) at this share of requests"
    }

    private func refuse(_ finding: Finding, _ why: String) -> Finding {
        var refused = finding
        refused.outcome = .inconclusive
        refused.evidence += "; \(why): nothing below that can be claimed from here"
        refused.needed = "a quieter or faster host that sends, or a target above its floor"
        return refused
    }
}
