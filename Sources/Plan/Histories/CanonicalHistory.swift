import Measures

extension CanonicalText {
    /// `names`: with the hosts of its clients, else with the share of the one that it is for.
    static func history(_ history: HistoryPlan, names: Bool = true) -> String {
        let work: String =
            switch history.work {
            case .registers(let keys, let clients, let reads):
                map([("keys", "\(keys)"), ("clients", "\(clients)"), ("reads", reads.percentText)])
            case .set(let clients), .list(let clients): map([("clients", "\(clients)")])
            }
        return map([
            ("from", names ? senders(history.senders) : nil),
            ("share", history.share.isWhole ? nil : share(history.share)),
            store(history.store),
            (history.work.word, work),
            ("rate", "\(history.perSecond)/s"),
        ])
    }

    private static func store(_ store: StorePlan) -> (String, String?) {
        let timeout: (String, String?) = ("timeout", store.timeout.text)
        switch store {
        case .redis(let redis):
            switch redis.finding {
            case .server(let server):
                return (
                    "redis",
                    map([("url", quote(server.url("redis", path: ""))), passwordVariable(server), timeout])
                )
            case .sentinels(let sentinels, let primary):
                let list = list(sentinels.map { quote($0.text) })
                return ("redis", map([("sentinels", list), ("primary", quote(primary)), timeout]))
            }
        case .etcd(let etcd):
            let urls = list(etcd.endpoints.map { quote("http://\($0.text)") })
            let reads = etcd.readsAreSerializable ? "serializable" : nil
            return ("etcd", map([("urls", urls), ("reads", reads), timeout]))
        }
    }

    static func correctness(_ target: CorrectnessTarget) -> String {
        let history: (String, String?) = ("history", quote(target.history))
        switch target.claim {
        case .linearizable: return map([history, ("linearizable", "true")])
        case .lostWrites(let most): return map([history, ("lost-acknowledged-writes", "\(most)")])
        case .duplicates(let most): return map([history, ("duplicates", "\(most)")])
        }
    }
}

/// A history by itself as an experiment file, as it goes to the host of its clients.
extension HistoryPlan {
    package var fileText: String {
        let text = CanonicalText.map([
            (CanonicalText.quote(name), CanonicalText.history(self, names: false))
        ])
        return "faultline: 1\nname: history\nhistory: \(text)\nduration: 24h\n"
    }
}
