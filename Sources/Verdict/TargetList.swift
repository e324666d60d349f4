import Measures
package import Plan

extension TargetsPlan {
    /// Each in a few words, in the order in which they are judged.
    package var list: [String] {
        availability.map(\.words) + latency.map(\.words) + recovery.map(\.limits)
            + correctness.map(\.words)
    }
}

extension RecoveryTarget {
    /// "recovery from crash within 5s, outage at most 2s"
    fileprivate var limits: String {
        let parts = [
            within.map { "within \($0.text)" }, outage.map { "outage at most \($0.text)" },
            errors.map { "at most \($0) bad" }, longestBurst.map { "at most \($0) bad in a row" },
        ].compactMap { $0 }
        return "recovery" + (fault.map { " from \($0)" } ?? "") + " " + parts.joined(separator: ", ")
    }
}
