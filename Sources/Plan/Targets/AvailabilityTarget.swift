package import Measures

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
