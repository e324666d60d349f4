/// What must hold; the worst of all verdicts is the run's.
package struct TargetsPlan: Sendable, Equatable {
    package let availability: [AvailabilityTarget]
    package let latency: [LatencyTarget]
    package let recovery: [RecoveryTarget]
    package let correctness: [CorrectnessTarget]

    package init(
        availability: [AvailabilityTarget] = [],
        latency: [LatencyTarget] = [],
        recovery: [RecoveryTarget] = [],
        correctness: [CorrectnessTarget] = []
    ) {
        self.availability = availability
        self.latency = latency
        self.recovery = recovery
        self.correctness = correctness
    }

    package static let none = TargetsPlan()

    /// How long all must be good before an outage is over, where recovery is a target.
    package var steadyFor: Duration? { recovery.first?.steadyFor }

    /// Whether anything is claimed that the load's own host could spoil.
    package var needFloor: Bool { !availability.isEmpty || !latency.isEmpty }

    /// What an empty one lacks.
    static let kinds = ["availability", "latency", "recovery", "correctness"]
}
