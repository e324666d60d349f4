/// One line of a history file.
package struct HistoryEntry: Sendable, Equatable {
    package enum Verb: String, Sendable, Codable, CaseIterable {
        case write
        case read
        /// Sets `value` where `expected` stands.
        case cas
        /// Into a set, or to a counter.
        case add
        /// In a set, when all was over.
        case found
        case send
        case receive
        /// An identifier was given out.
        case give
    }

    /// In the file, from 1.
    package var line: Int
    package var key: String
    package var verb: Verb
    package var value: Int64?
    package var expected: Int64?
    /// Of a comparison: whether it was set.
    package var isSet: Bool
    package var client: Int
    package var start: Int64
    package var end: Int64
    /// It began at or after `start` − bound and ended at or before `end` + bound, nanoseconds; 0 where one clock was everybody's.
    package var bound: Int64
    package var outcome: InvocationOutcome

    /// How far its instants may be from those of others, where all clocks may be apart by so much besides.
    func doubt(beside clockBound: Int64) -> Int64 {
        let (sum, isTooMuch) = bound.addingReportingOverflow(max(0, clockBound))
        return isTooMuch ? .max : sum
    }

    func invocation<Action>(_ action: Action) -> Invocation<Action> {
        Invocation(client: client, action, start: start, end: end, outcome: outcome)
    }
}
