/// What one fault may cost; each part that is given is judged by itself, for each occurrence.
package struct RecoveryTarget: Sendable, Equatable {
    /// nil: every fault.
    package let fault: String?
    /// Longest time from `origin` to the first good request of the final good stretch; nil: it is not judged.
    package let within: Duration?
    package let origin: RecoveryOrigin
    /// Longest outage, all outages that began in the fault's window together.
    package let outage: Duration?
    /// Most bad requests.
    package let errors: Int?
    /// Most bad requests one after another.
    package let longestBurst: Int?
    /// How long all must be good before it counts as recovered. The same in all of a file's.
    package let steadyFor: Duration

    package init(
        fault: String? = nil,
        within: Duration?,
        origin: RecoveryOrigin = .faultStart,
        outage: Duration? = nil,
        errors: Int? = nil,
        longestBurst: Int? = nil,
        steadyFor: Duration
    ) {
        self.fault = fault
        self.within = within
        self.origin = origin
        self.outage = outage
        self.errors = errors
        self.longestBurst = longestBurst
        self.steadyFor = steadyFor
    }
}

/// From when a recovery counts. Fail-over heals during the fault; what needs the fault gone counts from its end.
package enum RecoveryOrigin: String, Sendable, Equatable, CaseIterable {
    case faultStart = "fault-start"
    case faultEnd = "fault-end"
}
