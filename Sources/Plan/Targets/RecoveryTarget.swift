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
