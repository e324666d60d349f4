/// Recovery metrics of one fault, from its start to the start of the next fault (or the run's end).
/// Definitions: f fault start, g fault end; all requests stamped by intended start.
package struct Recovery: Sendable, Equatable {
    package let due: Int
    package let bad: Int
    /// First bad request − f; nil: no impact.
    package let timeToImpact: Duration?
    /// Sum of the outages that began in this window.
    package let outage: Duration
    /// First good of the final good stretch − f; nil when there was no impact.
    package let timeToRecover: Duration?
    /// The window ended before it was steady: the true value is above `timeToRecover`.
    package let censored: Bool
    package let longestBurst: Int
    /// Sum over those outages of length × bad share of the requests due in it: what one occurrence costs.
    package let lostTime: Duration
    /// How far the requests' instants may be off the axis, where it is their host's clock that says when they were due.
    package var requestBound: Duration

    package init(
        due: Int,
        bad: Int,
        timeToImpact: Duration?,
        outage: Duration,
        timeToRecover: Duration?,
        censored: Bool,
        longestBurst: Int,
        lostTime: Duration = .zero,
        requestBound: Duration = .zero
    ) {
        self.due = due
        self.bad = bad
        self.timeToImpact = timeToImpact
        self.outage = outage
        self.timeToRecover = timeToRecover
        self.censored = censored
        self.longestBurst = longestBurst
        self.lostTime = lostTime
        self.requestBound = requestBound
    }
}
