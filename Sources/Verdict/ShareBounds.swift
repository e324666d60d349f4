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
        case .met: "at most \(Words.percent(upper)) \(what) \(sure), \(limit)"
        case .missed: "at least \(Words.percent(lower)) \(what) \(sure), \(limit)"
        case .inconclusive:
            "between \(Words.percent(lower)) and \(Words.percent(upper)) \(what) (each \(sure)), \(limit)"
        }
    }
}
