/// One figure of two runs. Every measure is better when it is less.
package struct Difference: Sendable, Codable, Equatable {
    /// A phase with its load, or a fault.
    package var phase: String?
    package var load: String?
    package var fault: String?
    package var measure: Measure
    /// In the measure's unit; nil: infinite, or not measured.
    package var before: Double?
    package var after: Double?
    /// after - before and its interval at 95 %, in the measure's unit; nil: infinite, or none can be given.
    package var change: Double?
    package var changeLower: Double?
    package var changeUpper: Double?
    /// after / before - 1 and its interval; nil where that says nothing.
    package var ratio: Double?
    package var ratioLower: Double?
    package var ratioUpper: Double?
    package var answer: Answer
    /// Why nothing can be said.
    package var why: String?

    package enum Answer: String, Sendable, Codable, CaseIterable {
        case worse
        case better
        /// An interval that holds no change.
        case noDifference = "no difference that the data can show"
        case unknown = "cannot be told"
    }

    /// "web in baseline", "crash"
    package var subject: String {
        fault ?? [load, phase.map { "in \($0)" }].compactMap { $0 }.joined(separator: " ")
    }

    package enum Measure: String, Sendable, Codable, CaseIterable {
        /// Share of requests that were not good, 0 to 1.
        case failures
        /// Milliseconds.
        case p50, p90, p99
        case p999 = "p99.9"
        /// Seconds, of each occurrence of a fault.
        case recovery
        case outage

        package var isLatency: Bool {
            switch self {
            case .p50, .p90, .p99, .p999: true
            case .failures, .recovery, .outage: false
            }
        }
    }
}
