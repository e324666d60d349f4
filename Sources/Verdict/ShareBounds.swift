/// What a sample says of a share: between these, each with a confidence.
struct ShareBounds {
    let lower: Double
    let upper: Double
    /// 0 to 1.
    let allowed: Double
    let confidence: Double

    /// Met when the upper bound is allowed, missed when the lower one is not.
    var outcome: Verdict.Outcome {
        if upper <= allowed { return .met }
        return lower > allowed ? .missed : .inconclusive
    }

    /// "at most 0.0351 % fail with 95 % confidence, 0.1 % may"
    ///
    /// - Parameters:
    ///   - what: "fail", of the share.
    ///   - may: "may", of what is allowed.
    func words(_ what: String, _ may: String) -> String {
        let sure = "with \(Words.confidence(confidence)) confidence"
        let limit = "\(Words.percent(allowed)) \(may)"
        return switch outcome {
        case .met: mostWords(what, may)
        case .missed: "at least \(Words.percent(lower)) \(what) \(sure), \(limit)"
        case .inconclusive:
            "between \(Words.percent(lower)) and \(Words.percent(upper)) \(what) (each \(sure)), \(limit)"
        }
    }

    /// The upper bound alone, whatever follows from the lower one.
    func mostWords(_ what: String, _ may: String) -> String {
        "at most \(Words.percent(upper)) \(what) with \(Words.confidence(confidence)) confidence, "
            + "\(Words.percent(allowed)) \(may)"
    }
}
