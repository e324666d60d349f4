import Measures
import Plan
import Schedule
import Verdict

/// Decides whether a run need not go on, from requests as their outcomes become known: every target with `stop-early` is
/// decided, and all faults are over and have had their time to recover. Other targets are then judged by what there is.
struct EarlyStop {
    private let targets: [AvailabilityTarget]
    private let earliest: Instant
    /// By target, due and bad requests by whole second of their intended start.
    private var seconds: [[Int64: (due: Int, bad: Int)]]
    private var tests: [AnytimeTest]

    init(_ targets: TargetsPlan, after faults: [ScheduledFault]) {
        self.targets = targets.availability.filter(\.stopsEarly)
        let last = faults.map(\.end).max()
        earliest = last.map { $0 + (targets.steadyFor ?? .zero) } ?? .zero
        seconds = Array(repeating: [:], count: self.targets.count)
        tests = self.targets.map(AnytimeTest.init)
    }

    mutating func add(_ load: String, intended: Instant, good: Bool) {
        let second = intended.nanoseconds / 1_000_000_000
        for (index, target) in targets.enumerated() where target.load == nil || target.load == load {
            seconds[index][second, default: (0, 0)].due += 1
            if !good { seconds[index][second, default: (0, 0)].bad += 1 }
        }
    }

    /// Why, in words; `known` is the instant up to which all outcomes have been reported.
    mutating func decided(known: Instant) -> String? {
        guard !targets.isEmpty else { return nil }
        let end = known.nanoseconds / 1_000_000_000
        for index in tests.indices {
            while tests[index].seconds < end {
                let counts = seconds[index].removeValue(forKey: Int64(tests[index].seconds)) ?? (0, 0)
                tests[index].add(due: counts.due, bad: counts.bad)
            }
        }
        guard known >= earliest, tests.allSatisfy({ $0.outcome != .inconclusive }) else { return nil }
        let count = tests.count == 1 ? "its target is" : "its \(tests.count) targets with stop-early are"
        return "ended early, since \(count) decided"
    }
}
