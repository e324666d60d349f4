import Recording
import Verdict

/// A sign beside a word: shape and colour say the same.
struct Mark: Sendable, Equatable {
    let symbol: String
    /// Class in the stylesheet.
    let tone: String

    static let met = Mark(symbol: "✓", tone: "met")
    static let missed = Mark(symbol: "✗", tone: "missed")
    static let inconclusive = Mark(symbol: "?", tone: "inconclusive")
    static let differs = Mark(symbol: "≈", tone: "inconclusive")

    init(symbol: String, tone: String) {
        self.symbol = symbol
        self.tone = tone
    }

    init(_ outcome: Verdict.Outcome) {
        switch outcome {
        case .met: self = .met
        case .missed: self = .missed
        case .inconclusive: self = .inconclusive
        }
    }

    init(_ effect: Observation.Effect) {
        switch effect {
        case .asRequested: self = .met
        case .differs: self = .differs
        case .none: self = .missed
        case .notMeasured: self = .inconclusive
        }
    }

    /// The word beside it says the same, so readers need not speak it.
    var html: Element {
        Element("span", ["class": "mark \(tone)", "aria-hidden": "true"], text: symbol)
    }
}

extension Observation.Effect {
    var words: String {
        switch self {
        case .asRequested: "as requested"
        case .differs: "differs"
        case .none: "no effect"
        case .notMeasured: "not measured"
        }
    }
}
