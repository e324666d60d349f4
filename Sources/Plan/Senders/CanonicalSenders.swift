extension CanonicalText {
    /// nil: this host, which has no name in a file.
    static func senders(_ senders: LoadSenders) -> String? {
        guard senders != LoadSenders(LoadPlan.thisHost) else { return nil }
        let hosts = senders.hosts.map(quote)
        guard hosts.count > 1 else { return hosts.first }
        guard Set(senders.weights).count > 1 else { return list(hosts) }
        return map(zip(hosts, senders.weights).map { ($0, "\($1)") })
    }

    static func share(_ share: LoadShare) -> String {
        map([("weights", list(share.weights.map(String.init))), ("place", "\(share.place)")])
    }
}
