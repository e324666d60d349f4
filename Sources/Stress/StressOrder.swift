/// What the agent tells its worker, one line each. Instants: CLOCK_MONOTONIC, nanoseconds.
package enum StressOrder: Hashable, Sendable {
    /// Begin at `start`; end at `end`, or when the lease does, whichever comes first.
    case go(start: Int64, end: Int64, leaseUntil: Int64)
    case lease(until: Int64)
    /// Answer with a report.
    case tell

    package var line: String {
        switch self {
        case .go(let start, let end, let lease): "go \(start) \(end) \(lease)"
        case .lease(let until): "lease \(until)"
        case .tell: "tell"
        }
    }

    package init?(_ line: some StringProtocol) {
        let words = line.split(separator: " ")
        let numbers = words.dropFirst().compactMap { Int64($0) }
        guard numbers.count == words.count - 1 else { return nil }
        switch (words.first, numbers.count) {
        case ("go", 3): self = .go(start: numbers[0], end: numbers[1], leaseUntil: numbers[2])
        case ("lease", 1): self = .lease(until: numbers[0])
        case ("tell", 0): self = .tell
        default: return nil
        }
    }
}

/// What the worker answers, one line each.
package enum StressAnswer: Hashable, Sendable {
    /// All is prepared; it waits for "go".
    case ready
    /// It will not, and ends.
    case refused(String)
    case report(StressReport)

    package var line: String {
        switch self {
        case .ready: "ready"
        case .refused(let why): "refused " + why.split(separator: "\n").joined(separator: " ")
        case .report(let report): "report " + report.text
        }
    }

    package init?(_ line: some StringProtocol) {
        let words = line.split(separator: " ", maxSplits: 1)
        switch words.first {
        case "ready" where words.count == 1: self = .ready
        case "refused": self = .refused(words.count > 1 ? String(words[1]) : "")
        case "report":
            guard words.count == 2, let report = StressReport(String(words[1])) else { return nil }
            self = .report(report)
        default: return nil
        }
    }
}
