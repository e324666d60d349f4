package import Measures

package struct LatencyTarget: Sendable, Equatable {
    /// What others call it; nil: it has no name.
    package let name: String?
    package let load: String?
    package let phase: String?
    package let claim: LatencyClaim
    package let confidence: Double
    package let whenInsufficient: InsufficientData

    package init(
        name: String? = nil,
        load: String?,
        phase: String?,
        claim: LatencyClaim,
        confidence: Double,
        whenInsufficient: InsufficientData = .inconclusive
    ) {
        self.name = name
        self.load = load
        self.phase = phase
        self.claim = claim
        self.confidence = confidence
        self.whenInsufficient = whenInsufficient
    }
}

package enum LatencyClaim: Sendable, Equatable {
    /// `quantile: p99, below: 50ms`; the quantile is exact, 0.99. Judged as a share: at least 99 % under 50 ms.
    case quantile(ExactDecimal, below: Duration)
    /// `share-under: 300ms, at-least: 99%`
    case shareUnder(Duration, atLeast: Share)

    /// Both forms say: at least this share of requests is answered well within this time.
    package var threshold: Duration {
        switch self {
        case .quantile(_, let below): below
        case .shareUnder(let threshold, _): threshold
        }
    }
}
