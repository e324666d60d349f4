package import Verdict

/// Which runs are wanted; nil: any.
package struct RunFilter: Sendable, Equatable {
    package var experiment: String?
    package var outcome: Verdict.Outcome?
    /// Begun at or after, seconds since 1970.
    package var since: Double?
    /// The latest so many.
    package var limit: Int?

    package init(
        experiment: String? = nil,
        outcome: Verdict.Outcome? = nil,
        since: Double? = nil,
        limit: Int? = nil
    ) {
        self.experiment = experiment
        self.outcome = outcome
        self.since = since
        self.limit = limit
    }
}
