package import Measures

/// Operations on a store, each recorded with its call, its return and its outcome, to be held against what the store promises.
package struct HistoryPlan: Sendable, Equatable {
    package let name: String
    /// Where its clients are. Of one host, one clock says what came before what; of several, the bounds of their clocks do.
    package let senders: LoadSenders
    /// Which of the clients are meant, of the senders'; `whole` in the experiment's own plan.
    package private(set) var share: LoadShare
    package let store: StorePlan
    package let work: HistoryWork
    /// Operations of all clients together, at most; each waits for its answer before it goes on.
    package let perSecond: Double

    package init(
        name: String,
        senders: LoadSenders,
        share: LoadShare = .whole,
        store: StorePlan,
        work: HistoryWork,
        perSecond: Double
    ) {
        self.name = name
        self.senders = senders
        self.share = share
        self.store = store
        self.work = work
        self.perSecond = perSecond
    }

    /// What the run's recording says when a host's clients have told all.
    package var finishedText: String { Self.finishedPrefix + name }
    package static let finishedPrefix = "history "

    /// In a line, for people.
    package var text: String { "\(work.text) at \(store.text) from \(senders.text), \(perSecond)/s" }

    /// The clients of one of its hosts; nil: this host has none.
    package func part(of host: String) -> HistoryPlan? {
        senders.share(of: host).map { share in
            var part = self
            part.share = share
            return part
        }
    }
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
