import Plan
import Recording

/// A host with clients of a history: each tells its part, and says when it has told all.
struct HistoryTeller: Hashable {
    let history: String
    let host: String

    static func all(of plan: Plan) -> Set<HistoryTeller> {
        Set(
            plan.histories.flatMap { history in
                history.senders.hosts.map { HistoryTeller(history: history.name, host: $0) }
            }
        )
    }
}

extension HistoryTeller {
    /// nil: the event is none that says so.
    init?(_ event: RunEvent) {
        guard case .note(kind: .finished, let text) = event.body, text.hasPrefix(HistoryPlan.finishedPrefix)
        else { return nil }
        self.init(history: String(text.dropFirst(HistoryPlan.finishedPrefix.count)), host: event.host)
    }
}
