/// One call of a client and what came of it, on one clock, nanoseconds. Whether one operation came before another is decided
/// by strict inequality: `a.end < b.start`; those that touch are concurrent.
package struct Invocation<Action: Sendable & Equatable>: Sendable, Equatable {
    package enum Outcome: String, Sendable {
        case ok
        /// It certainly had no effect: refused, never sent.
        case failed
        /// Nobody knows: a time-out, a reset. It may take effect at any later time, or never.
        case unknown
    }

    /// Of the client; its operations follow one another.
    package var client: Int
    package var action: Action
    package var start: Int64
    /// `.max` where the outcome is not known: the operation is never known to be over.
    package var end: Int64
    package var outcome: Outcome

    package init(client: Int, _ action: Action, start: Int64, end: Int64, outcome: Outcome) {
        self.client = client
        self.action = action
        self.start = start
        self.end = outcome == .unknown ? .max : max(start, end)
        self.outcome = outcome
    }

    /// Where clients' clocks are known to within a bound only, an operation may have begun earlier and ended later than its
    /// own clock said. A check of widened operations finds less and is never wrong.
    package func widened(by bound: Int64) -> Invocation {
        var wide = self
        let bound = max(0, bound)
        wide.start = start.subtractingReportingOverflow(bound).overflow ? .min : start - bound
        wide.end = end.addingReportingOverflow(bound).overflow ? .max : end + bound
        return wide
    }
}
