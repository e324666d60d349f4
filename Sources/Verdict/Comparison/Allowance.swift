package import Measures

/// How much worse a figure may be: "p99=10%", "p99=5ms", "availability=0.1%", "recovery=2s".
package struct Allowance: Sendable, Equatable {
    package let measure: Difference.Measure
    package let limit: Limit
    /// As it was written.
    package let text: String

    package enum Limit: Sendable, Equatable {
        /// Of the figure before: 0.1 for 10 %.
        case relative(Double)
        /// In the measure's unit; of shares 0.001 for 0.1 percentage points.
        case absolute(Double)
    }

    /// What may be written before the "=".
    package static let words = ["availability"] + Difference.Measure.allCases.map(\.rawValue)

    package init(_ text: String) throws(AllowanceError) {
        let parts = text.split(separator: "=", maxSplits: 1).map { String($0.trimmed) }
        guard parts.count == 2 else { throw AllowanceError(text, "is not FIGURE=LIMIT") }
        guard let measure = Self.measure(parts[0]) else {
            throw AllowanceError(text, "names no figure; there are \(Self.words.joined(separator: ", "))")
        }
        self.text = text
        self.measure = measure
        if parts[1].hasSuffix("%"), let share = Self.percent(parts[1]) {
            limit = measure == .failures ? .absolute(share) : .relative(share)
        } else if measure != .failures, let time = Self.time(parts[1]) {
            limit = .absolute(measure.isLatency ? time.seconds * 1000 : time.seconds)
        } else {
            let example = measure == .failures ? "0.1% (percentage points)" : "10% or 5ms"
            throw AllowanceError(
                text,
                "has no limit that is understood; write \(measure.rawValue)=\(example)"
            )
        }
    }

    private static func measure(_ word: String) -> Difference.Measure? {
        word == "availability" ? .failures : Difference.Measure(rawValue: word)
    }

    /// "10%", "250 %": a share of what was before may be more than all of it.
    private static func percent(_ text: String) -> Double? {
        guard let number = ExactDecimal(text.dropLast().trimmed), number >= 0,
            number.double < 1e9
        else { return nil }
        return number.double / 100
    }

    private static func time(_ text: String) -> Duration? {
        let units: [(String, Double)] = [
            ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10),
        ]
        for (unit, size) in units where text.hasSuffix(unit) {
            guard let number = ExactDecimal(text.dropLast(unit.count).trimmed), number >= 0,
                number.double * size < 9e18
            else { continue }
            return Duration(nanoseconds: Int64(number.double * size))
        }
        return nil
    }

    /// Whether the data prove that a difference stays within, or goes beyond; what can be said of neither is inconclusive.
    func outcome(of difference: Difference) -> Verdict.Outcome {
        if case .noDifference = difference.answer, difference.before == 0, difference.after == 0 {
            return .met
        }
        let (lower, upper, limit): (Double?, Double?, Double) =
            switch self.limit {
            case .relative(let limit): (difference.ratioLower, difference.ratioUpper, limit)
            case .absolute(let limit): (difference.changeLower, difference.changeUpper, limit)
            }
        if let lower, lower > limit { return .missed }
        if let upper, upper <= limit { return .met }
        return .inconclusive
    }
}

package struct AllowanceError: ReadableError {
    package let message: String
    package var code: String { "compare.allowance" }
    package var exitCode: ExitCode { .badInput }

    init(_ text: String, _ what: String) {
        message = "--allow \(text) \(what)"
    }
}
