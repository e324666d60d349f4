extension Reader {
    private static let senderForms =
        "a host, a list [client1, client2], or their weights { client1: 2, client2: 1 }"

    /// `from:`, hosts of the lab; without a lab it is this host, and not to be named.
    func senders(_ fields: Fields, hosts: [String]) -> LoadSenders? {
        guard !hosts.isEmpty else {
            guard fields["from"] != nil else { return LoadSenders(LoadPlan.thisHost) }
            let message = "from names a host, and the file has no lab; expected none, or lab: { hosts: … }"
            problems.add("from", at: fields.place(of: "from"), message)
            return nil
        }
        guard let value = fields.required("from", hosts.last ?? "client") else { return nil }
        let isMany = (value.pairs?.count ?? value.list?.count ?? 1) > LoadSenders.mostHosts
        guard !isMany, value.pairs?.isEmpty != true else {
            let expected = "\(Self.senderForms), at most \(LoadSenders.mostHosts)"
            problems.add(
                "from",
                at: value.place,
                "from is \(value.shown) of none or too many; expected \(expected)"
            )
            return nil
        }
        guard let pairs = value.pairs else {
            return hostList(value, "from", hosts: hosts).map {
                LoadSenders(hosts: $0, weights: $0.map { _ in 1 })
            }
        }
        let weighted = pairs.compactMap { key, value -> (String, Int)? in
            guard let host = host(key, "from", hosts: hosts),
                let weight = count(value, "the weight of \(host)", 1...LoadSenders.greatestWeight)
            else { return nil }
            return (host, weight)
        }
        guard weighted.count == pairs.count else { return nil }
        return LoadSenders(hosts: weighted.map(\.0), weights: weighted.map(\.1))
    }

    /// `share:` of what an agent gets: the senders' weights, and which of them it is.
    func share(_ value: Value) -> LoadShare? {
        guard let fields = Fields(value, "share", keys: ["weights", "place"], problems: problems),
            let list = fields.required("weights", "[2, 1]"), let place = fields.required("place", "0")
        else { return nil }
        let items = items(list, "weights", most: LoadSenders.mostHosts)
        let weights = items.compactMap { count($0, "a weight", 1...LoadSenders.greatestWeight) }
        guard !weights.isEmpty, weights.count == items.count else { return nil }
        return count(place, "place", 0...(weights.count - 1)).map { LoadShare(weights: weights, place: $0) }
    }

    /// Whether each sender has a connection, and a user of a closed model.
    func isEnough(for senders: Int, _ arrivals: ArrivalProcess, _ connections: Int, _ fields: Fields) -> Bool
    {
        isEnough(connections, "connections", for: senders, at: fields.place(of: "connections"))
            && (arrivals.users.map { isEnough($0, "users", for: senders, at: fields.place(of: "rate")) }
                ?? true)
    }

    /// Whether each sender has one of these.
    func isEnough(_ count: Int, _ what: String, for senders: Int, at place: Place) -> Bool {
        guard count < senders else { return true }
        problems.add(
            "out-of-range",
            at: place,
            "\(count) \(what) for \(senders) hosts; expected at least one for each"
        )
        return false
    }
}

extension ArrivalProcess {
    /// Of a closed model.
    fileprivate var users: Int? {
        guard case .closed(let users, _) = self else { return nil }
        return users
    }
}
