import Measures

extension Reader {
    private static let mostHistories = 8
    private static let stores = ["redis", "etcd"]
    private static let works = ["registers", "set", "list"]
    private static let mostClients = 256

    /// `history:`; the names, with what each records, are known even where one is wrong.
    func histories(_ value: Value, hosts: [String]) -> (names: [String: String]?, histories: [HistoryPlan]?) {
        guard let pairs = value.pairs, !pairs.isEmpty, pairs.count <= Self.mostHistories else {
            let expected =
                "a map of 1 to \(Self.mostHistories) names, such as accounts: { from: …, redis: …, registers: …, rate: 200/s }"
            problems.add("history", at: value.place, "history is \(value.shown); expected \(expected)")
            return (nil, nil)
        }
        let histories = pairs.compactMap { history($0.value, key: $0.key, hosts: hosts) }
        var names: [String: String] = [:]
        for (key, value) in pairs {
            guard let name = key.text else { continue }
            names[name] = Self.works.first { value[$0] != nil } ?? ""
        }
        return (names, histories.count == pairs.count ? histories : nil)
    }

    private func history(_ value: Value, key: Value, hosts: [String]) -> HistoryPlan? {
        let name = name(key, of: "a history")
        // A share is told to an agent, whose history has no lab.
        let keys = ["from"] + Self.stores + Self.works + ["rate"] + (hosts.isEmpty ? ["share"] : [])
        guard let fields = Fields(value, "history \(key.shown)", keys: keys, problems: problems) else {
            return nil
        }
        let senders = senders(fields, hosts: hosts)
        let share = optional(fields["share"], .whole, self.share)
        let store = one(of: Self.stores, fields, "{ url: \"redis://cache:6379\" }").flatMap { word, value in
            word == "etcd"
                ? etcdStore(value, hosts: hosts).map(StorePlan.etcd)
                : redisStore(value, hosts: hosts).map(StorePlan.redis)
        }
        let work = one(of: Self.works, fields, "{ keys: 20, clients: 3 }").flatMap { self.work($0, $1) }
        let rate = fields.required("rate", "200/s").flatMap { self.rate($0, "rate") }
        guard let name, let senders, let share, let store, let work, let rate else { return nil }
        guard rate <= 5_000 else {
            problems.add(
                "out-of-range",
                at: fields.place(of: "rate"),
                "rate is above 5000/s; every operation is recorded and judged, and a few hundred a second find as much"
            )
            return nil
        }
        if case (.etcd, .list) = (store, work) {
            problems.add(
                "history",
                at: fields.place(of: "list"),
                "etcd has no lists; expected registers or set"
            )
            return nil
        }
        let parts = share.count(of: senders)
        guard isEnough(work.clients, "clients", for: parts, at: fields.place(of: work.word)) else {
            return nil
        }
        return HistoryPlan(
            name: name,
            senders: senders,
            share: share,
            store: store,
            work: work,
            perSecond: rate
        )
    }

    /// The key of those that is there, which must be one.
    private func one(of keys: [String], _ fields: Fields, _ example: String) -> (String, Value)? {
        let given = keys.filter { fields[$0] != nil }
        guard given.count <= 1 else {
            let message = "\(given.listed) are given; expected one of them"
            problems.add("history", at: fields.place(of: given[1]), message)
            return nil
        }
        guard let key = given.first, let value = fields[key] else {
            if !keys.contains(where: { fields.isMeant($0) }) {
                let message =
                    "\(fields.what) has none of \(keys.listed); expected for example \(keys[0]): \(example)"
                problems.add("missing-key", at: fields.place, message)
            }
            return nil
        }
        return (key, value)
    }

    private func work(_ word: String, _ value: Value) -> HistoryWork? {
        let keys = word == "registers" ? ["keys", "clients", "reads"] : ["clients"]
        guard let fields = Fields(value, word, keys: keys, problems: problems) else { return nil }
        // More on a key at once hide what is wrong: few on each of many keys find it.
        let usual = word == "registers" ? 3 : 5
        let most = word == "registers" ? 10 : Self.mostClients
        let clients = optional(fields["clients"], usual) { count($0, "clients", 1...most) }
        guard word == "registers" else {
            return clients.map { word == "set" ? .set(clients: $0) : .list(clients: $0) }
        }
        let keyCount = optional(fields["keys"], 20) { count($0, "keys", 1...Self.mostClients) }
        let reads = optional(fields["reads"], Share("50%")) { share($0, "reads") }
        guard let clients, let keyCount, let reads = reads.flatMap({ $0 }) else { return nil }
        guard keyCount * clients <= Self.mostClients else {
            let message =
                "\(keyCount) keys with \(clients) clients on each; expected at most \(Self.mostClients) clients"
            problems.add("out-of-range", at: value.place, message)
            return nil
        }
        return .registers(keys: keyCount, clientsPerKey: clients, reads: reads)
    }
}
