/// What a history is held against.
package enum HistoryModel: String, Sendable, CaseIterable {
    case register
    case queue
    case set
    case counter
    case ids
    case session
    case staleness

    var verbs: [HistoryEntry.Verb] {
        switch self {
        case .register: [.write, .read, .cas]
        case .queue: [.send, .receive]
        case .set: [.add, .found]
        case .counter: [.add, .read]
        case .ids: [.give]
        case .session, .staleness: [.write, .read]
        }
    }

    /// For people.
    package var promise: String {
        switch self {
        case .register: "linearizable: as if there were one copy"
        case .queue: "first in, first out, each once"
        case .set: "nothing that was acknowledged is lost"
        case .counter: "each read lies between what was surely added and what may have been"
        case .ids: "no identifier is given out twice"
        case .session: "clients read their own writes, and never see time go back"
        case .staleness: "no read is older than a write that was over before it began"
        }
    }
}
