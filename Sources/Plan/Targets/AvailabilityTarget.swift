package import Measures

package struct AvailabilityTarget: Sendable, Equatable {
    /// What others call it, "checkout-availability"; nil: it has no name.
    package let name: String?
    /// Percent as written, "99.9"; exact.
    package let objective: ExactDecimal
    /// nil: all loads together.
    package let load: String?
    /// "baseline", a fault's name, "recovery" or nil for the whole run.
    package let phase: String?
    /// In (0, 1).
    package let confidence: Double
    package let counting: Counting
    /// Length of a slice when counting by slices or users.
    package let slice: Duration
    /// A slice is good when at least this share of its requests is; all of them, unless the file says less.
    package let sliceTarget: Share
    /// The window of the error budget.
    package let window: Duration
    package let whenInsufficient: InsufficientData
    /// The run may end as soon as this is decided. It is then judged by tests that may be looked at at any time, whether
    /// or not it did end early.
    package let stopsEarly: Bool

    package init(
        name: String? = nil,
        objective: ExactDecimal,
        load: String?,
        phase: String?,
        confidence: Double,
        counting: Counting,
        slice: Duration,
        sliceTarget: Share = .one,
        window: Duration = Self.usualWindow,
        whenInsufficient: InsufficientData = .inconclusive,
        stopsEarly: Bool = false
    ) {
        self.name = name
        self.objective = objective
        self.load = load
        self.phase = phase
        self.confidence = confidence
        self.counting = counting
        self.slice = slice
        self.sliceTarget = sliceTarget
        self.window = window
        self.whenInsufficient = whenInsufficient
        self.stopsEarly = stopsEarly
    }

    /// 30 days.
    package static let usualWindow = Duration.seconds(30 * 86_400)
}

package enum Counting: String, Sendable, Equatable, CaseIterable {
    case requests
    case slices
    /// Each host that sends, who is always there.
    case users
}

/// What a target without enough data to decide it is worth.
package enum InsufficientData: String, Sendable, Equatable, CaseIterable {
    case inconclusive
    /// As if it had been missed: for pipelines that let nothing pass that is not shown.
    case fail
}
