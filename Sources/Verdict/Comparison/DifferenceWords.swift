import Measures

/// A difference as people read it.
package struct DifferenceWords {
    private let difference: Difference

    package init(_ difference: Difference) {
        self.difference = difference
    }

    package var measure: String {
        switch difference.measure {
        case .failures: "not good"
        default: difference.measure.rawValue
        }
    }

    package var before: String { value(difference.before) }
    package var after: String { value(difference.after) }

    /// "+24 %", "+0.31 points", "−1.2 s"
    package var change: String {
        if let ratio = difference.ratio { return Self.signed(ratio * 100) + " %" }
        return difference.change.map(length) ?? "–"
    }

    /// "+11 to +38 %"
    package var interval: String {
        if difference.ratio != nil, let low = difference.ratioLower {
            let high = difference.ratioUpper.map { Self.signed($0 * 100) } ?? "∞"
            return "\(Self.signed(low * 100)) to \(high) %"
        }
        if difference.changeLower == nil, difference.changeUpper == nil { return "–" }
        let points = " points"
        if let low = difference.changeLower.map(length), let high = difference.changeUpper.map(length),
            low.hasSuffix(points), high.hasSuffix(points)
        {
            return "\(low.dropLast(points.count)) to \(high)"
        }
        return "\(difference.changeLower.map(length) ?? "-∞") to \(difference.changeUpper.map(length) ?? "∞")"
    }

    package var answer: String {
        switch difference.answer {
        case .worse: "worse"
        case .better: "better"
        case .noDifference: "no difference shown"
        case .unknown: "cannot be told"
        }
    }

    /// "p99 1.06 ms → 1.31 ms, +24 % (+11 to +38 %)"
    package var sentence: String {
        let why = difference.why.map { "; \($0)" } ?? ""
        let sure = interval == "–" ? "no interval\(why)" : interval
        return "\(measure) \(before) → \(after), \(change) (\(sure))"
    }

    private func value(_ number: Double?) -> String {
        switch difference.measure {
        case .failures: number.map(Words.percent) ?? "–"
        case .recovery, .outage: number.map { $0 == 0 ? "none" : Self.time($0) } ?? "not seen"
        case .p50, .p90, .p99, .p999: number.map { Self.time($0 / 1000) } ?? "∞"
        }
    }

    private func length(_ number: Double) -> String {
        let sign = number < 0 ? "-" : "+"
        switch difference.measure {
        case .failures: return sign + Words.percent(abs(number)).replacing(" %", with: " points")
        case .recovery, .outage: return number == 0 ? "0 s" : sign + Self.time(abs(number))
        case .p50, .p90, .p99, .p999: return sign + Self.time(abs(number) / 1000)
        }
    }

    private static func time(_ seconds: Double) -> String {
        Duration(nanoseconds: Int64(min(9e18, (seconds * 1e9).rounded()))).rounded
    }

    private static func signed(_ value: Double) -> String {
        let size = abs(value)
        let text = size.fixed(size >= 10 ? 0 : 1)
        return (value < 0 ? "-" : "+") + text
    }
}
