/// What one claim came to.
protocol Judgement {
    var outcome: Verdict.Outcome { get }
    /// One sentence with the numbers and the confidence.
    var evidence: String { get }
    /// When it is open: what would decide it.
    var needed: String? { get }
}

extension Finding {
    init(_ target: String, _ judged: some Judgement) {
        self.init(
            target: target,
            outcome: judged.outcome,
            evidence: judged.evidence,
            needed: judged.needed
        )
    }
}

extension AvailabilityJudgement: Judgement {}
extension LatencyJudgement: Judgement {}
extension CorrectnessJudgement: Judgement {}
