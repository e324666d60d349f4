import Measures
package import Plan
import Timeline

/// How late the load generator may be before latencies are not judged.
package enum GeneratorLimit {
    /// The usual granularity of a timer that is not real-time on a busy host; below it a generator cannot be told from an
    /// idle one.
    package static let least: Duration = .milliseconds(1)
    /// A twentieth of what is to be judged: an error that the reader of a latency target would not notice.
    package static let partOfThreshold = 20

    /// max(1 ms, smallest latency threshold / 20), for the p99 of actual send − intended start.
    package static func limit(for targets: [LatencyTarget]) -> Duration {
        guard let smallest = targets.map(\.claim.threshold).min() else { return least }
        return max(least, smallest / partOfThreshold)
    }

    /// The latest generator among the loads that a target speaks of.
    static func lateness(in timeline: Timeline, load: String?) -> Duration {
        timeline.loads(named: load).map(\.generatorLateness).max() ?? .zero
    }
}
