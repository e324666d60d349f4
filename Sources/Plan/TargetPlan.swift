package import Measures

/// What must hold; the worst of all verdicts is the run's.
package struct TargetsPlan: Sendable, Equatable {
    package let availability: [AvailabilityTarget]
    package let latency: [LatencyTarget]
    package let recovery: RecoveryTarget?
    package let correctness: [CorrectnessTarget]

    package init(
        availability: [AvailabilityTarget],
        latency: [LatencyTarget],
        recovery: RecoveryTarget?,
        correctness: [CorrectnessTarget] = []
    ) {
        self.availability = availability
        self.latency = latency
        self.recovery = recovery
        self.correctness = correctness
    }
}

package struct AvailabilityTarget: Sendable, Equatable {
    /// Percent as written, "99.9"; exact.
    package let objective: ExactDecimal
    /// nil: all loads together.
    package let load: String?
    /// "baseline", a fault's name, "recovery" or nil for the whole run.
    package let phase: String?
    /// In (0, 1).
    package let confidence: Double
    package let counting: Counting
    /// Length of a slice when counting by slices.
    package let slice: Duration

    package init(
        objective: ExactDecimal,
        load: String?,
        phase: String?,
        confidence: Double,
        counting: Counting,
        slice: Duration
    ) {
        self.objective = objective
        self.load = load
        self.phase = phase
        self.confidence = confidence
        self.counting = counting
        self.slice = slice
    }
}

package enum Counting: String, Sendable, Equatable, CaseIterable {
    case requests
    case slices
}

package struct LatencyTarget: Sendable, Equatable {
    package let load: String?
    package let phase: String?
    package let claim: LatencyClaim
    package let confidence: Double

    package init(load: String?, phase: String?, claim: LatencyClaim, confidence: Double) {
        self.load = load
        self.phase = phase
        self.claim = claim
        self.confidence = confidence
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

package struct RecoveryTarget: Sendable, Equatable {
    /// Longest time from the fault's start to the first good request of the final good stretch.
    package let within: Duration
    /// How long all must be good before it counts as recovered.
    package let steadyFor: Duration

    package init(within: Duration, steadyFor: Duration) {
        self.within = within
        self.steadyFor = steadyFor
    }
}

/// Stop and heal at once.
package enum GuardPlan: Sendable, Equatable, Codable {
    /// Good share of the requests due in the last `over` below `share`.
    case availabilityBelow(Share, over: Duration)
}
