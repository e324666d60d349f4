import Measures

/// What a confidence leaves: alpha = 1 - C.
enum Alpha {
    /// By the decimal text, since 1 - 0.999 in Doubles is 0.0010000000000000009. Confidence at or above 1, or not a
    /// number, gives 0 (certainty: the widest bounds); at or below 0 gives 1.
    static func of(_ confidence: Double) -> Double {
        guard confidence < 1 else { return 0 }
        guard confidence > 0 else { return 1 }
        guard let written = ExactDecimal("\(confidence)"), let rest = try? 1 - written else {
            return 1 - confidence
        }
        return rest.double
    }
}
