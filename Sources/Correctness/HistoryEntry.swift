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

    package typealias Outcome = Invocation<Verb>.Outcome

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
    package var outcome: Outcome

    func invocation<Action>(_ action: Action) -> Invocation<Action> {
        let outcome: Invocation<Action>.Outcome =
            switch outcome {
            case .ok: .ok
            case .failed: .failed
            case .unknown: .unknown
            }
        return Invocation(client: client, action, start: start, end: end, outcome: outcome)
    }
}
