/// What must hold; the worst of all verdicts is the run's.
package struct TargetsPlan: Sendable, Equatable {
    package let availability: [AvailabilityTarget]
    package let latency: [LatencyTarget]
    package let recovery: RecoveryTarget?

    package init(availability: [AvailabilityTarget], latency: [LatencyTarget], recovery: RecoveryTarget?) {
        self.availability = availability
        self.latency = latency
        self.recovery = recovery
    }
}
