import Measures
import Schedule
import Statistics
package import Timeline

extension PhaseFigures {
    /// Every load in every phase, in the order of time. Without a request the share is printed as 0, known to be anything.
    package static func all(of timeline: Timeline) -> [PhaseFigures] {
        timeline.phases.indices.flatMap { index in
            timeline.loads.filter { index < $0.byPhase.count }.map {
                PhaseFigures($0, phase: index, of: timeline)
            }
        }
    }

    private init(_ load: LoadTimeline, phase index: Int, of timeline: Timeline) {
        let phase = timeline.phases[index]
        let tally = load.byPhase[index]
        let bad = tally.due - tally.good
        let failures = ClopperPearson.interval(failures: bad, of: tally.due, confidence: 0.95)
        let second: Duration = .seconds(1)
        let slices = load.slices.filter {
            $0.start >= phase.start && $0.start + second <= phase.end && $0.due > 0
        }
        let p99 = LatencyQuantile(ExactDecimal(significand: 99, exponent: -2), of: tally)
        let p50 = LatencyQuantile(ExactDecimal(significand: 5, exponent: -1), of: tally)
        self.init(
            phase: phase.name,
            startSeconds: phase.start.seconds,
            endSeconds: phase.end.seconds,
            load: load.name,
            due: tally.due,
            good: tally.good,
            availability: tally.due > 0 ? Double(tally.good) / Double(tally.due) : 0,
            availabilityLower: 1 - failures.upper,
            availabilityUpper: 1 - failures.lower,
            goodSlices: slices.count { $0.good == $0.due },
            slices: slices.count,
            p50Milliseconds: p50.point.map { $0.seconds * 1000 },
            p99Milliseconds: p99.point.map { $0.seconds * 1000 },
            p99LowerMilliseconds: p99.lower.map { $0.seconds * 1000 },
            p99UpperMilliseconds: p99.upper.map { $0.seconds * 1000 }
        )
    }
}
