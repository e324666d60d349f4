package import Measures

/// Operations on a store, each recorded with its call, its return and its outcome, to be held against what the store promises.
package struct HistoryPlan: Sendable, Equatable {
    package let name: String
    /// Where its clients are: one host, so that one clock says what came before what.
    package let host: String
    package let store: StorePlan
    package let work: HistoryWork
    /// Operations of all clients together, at most; each waits for its answer before it goes on.
    package let perSecond: Double

    package init(name: String, host: String, store: StorePlan, work: HistoryWork, perSecond: Double) {
        self.name = name
        self.host = host
        self.store = store
        self.work = work
        self.perSecond = perSecond
    }

    /// What the run's recording says when its clients have told all.
    package var finishedText: String { "history \(name)" }

    /// In a line, for people.
    package var text: String { "\(work.text) at \(store.text) from \(host), \(perSecond)/s" }
}

/// What the clients do, and so what can be asked of it afterwards.
package enum HistoryWork: Sendable, Equatable {
    /// Numbers under some keys, written and read; each written once only.
    case registers(keys: Int, clientsPerKey: Int, reads: Share)
    /// Different elements, added to one set, and looked for in the end.
    case set(clients: Int)
    /// The same at the end of a list, where one that is added twice is there twice.
    case list(clients: Int)

    /// Each does one operation after the other.
    package var clients: Int {
        switch self {
        case .registers(let keys, let clientsPerKey, _): keys * clientsPerKey
        case .set(let clients), .list(let clients): clients
        }
    }

    package var word: String {
        switch self {
        case .registers: "registers"
        case .set: "set"
        case .list: "list"
        }
    }

    var text: String {
        switch self {
        case .registers(let keys, let clientsPerKey, let reads):
            "\(keys) registers, \(clientsPerKey) clients on each, \(reads.percentText) reads"
        case .set(let clients): "a set, \(clients) clients"
        case .list(let clients): "a list, \(clients) clients"
        }
    }
}
