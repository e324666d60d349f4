import Measures
package import Plan
package import Recording

extension GoodCriterion {
    /// Why this exchange was bad, in a few stable words; nil: it was good. A wrong status is named before lateness.
    package func fault(in exchange: Exchange) -> String? {
        guard isServed(exchange.outcome) else { return exchange.outcome.label }
        if let within, exchange.responseTime > within { return Self.tooSlow }
        return nil
    }

    /// A whole answer with a good status, or without one and no error, however late.
    package func isServed(_ outcome: Outcome) -> Bool {
        switch outcome {
        case .answered(let status): statuses.contains(status)
        case .ok: true
        default: false
        }
    }

    /// "status 200–399 within 800 ms"
    package var words: String {
        let range =
            statuses.lowerBound == statuses.upperBound
            ? "status \(statuses.lowerBound)" : "status \(statuses.lowerBound)–\(statuses.upperBound)"
        guard let within else { return range }
        return "\(range) within \(within.text)"
    }

    package static let tooSlow = "too slow"
}
