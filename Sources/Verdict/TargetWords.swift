import Plan

extension AvailabilityTarget {
    /// "availability 99.9 % of browse in baseline"
    var words: String { "availability \(objective) %" + scope(load: load, phase: phase) + called(name) }
}

extension LatencyTarget {
    /// "latency p99 below 50ms in baseline"
    var words: String { "latency \(claim.words)" + scope(load: load, phase: phase) + called(name) }
}

private func scope(load: String?, phase: String?) -> String {
    (load.map { " of \($0)" } ?? "") + (phase.map { " in \($0)" } ?? "")
}

private func called(_ name: String?) -> String { name.map { " (\($0))" } ?? "" }
