import Measures
package import Plan
package import Recording

extension GoodCriterion {
    /// Why this exchange was bad, in a few stable words; nil: it was good. A wrong status is named before lateness.
    package func fault(in exchange: Exchange) -> String? {
        guard isServed(exchange.outcome) else { return words(for: exchange.outcome) }
        if let within, exchange.responseTime > within { return Self.tooSlow }
        return nil
    }

    /// A failed check by what it asks for.
    private func words(for outcome: Outcome) -> String {
        guard case .error(let error) = outcome, error.space == .check, Int(error.number) < checks.count else {
            return outcome.label
        }
        return "wrong answer: not \(checks[Int(error.number)].text)"
    }

    /// A whole answer with a good status, or without one and no error, however late.
    package func isServed(_ outcome: Outcome) -> Bool {
        switch outcome {
        case .answered(let status): statuses.contains(status)
        case .ok: true
        default: false
        }
    }

    /// "status 200–399 within 800 ms, body contains 'ok'"; "answered without an error" by protocols that have no status.
    package func words(of request: RequestPlan) -> String {
        let checks = checks.map { ", \($0.text)" }.joined()
        guard case .http = request else {
            return "answered without an error\(within.map { " within \($0.text)" } ?? "")\(checks)"
        }
        let range =
            statuses.lowerBound == statuses.upperBound
            ? "status \(statuses.lowerBound)" : "status \(statuses.lowerBound)–\(statuses.upperBound)"
        return "\(range)\(within.map { " within \($0.text)" } ?? "")\(checks)"
    }

    package static let tooSlow = "too slow"
}
