import Measures

extension Reader {
    private static let mostLoads = 16

    /// `load:`; the names are known even where a load is wrong.
    func loads(_ value: Value, hosts: [String]) -> (names: [String]?, loads: [LoadPlan]?) {
        guard let pairs = value.pairs, !pairs.isEmpty else {
            let expected = "a map of names to loads, such as browse: { from: …, http: …, rate: 500/s }"
            let shown = value.pairs == nil ? value.shown : "empty"
            problems.add("not-a-map", at: value.place, "load is \(shown); expected \(expected)")
            return (nil, nil)
        }
        guard pairs.count <= Self.mostLoads else {
            problems.add(
                "too-many",
                at: value.place,
                "\(pairs.count) loads; expected at most \(Self.mostLoads)"
            )
            return (nil, nil)
        }
        let loads = pairs.compactMap { load($0.value, key: $0.key, hosts: hosts) }
        return (pairs.compactMap(\.key.text), loads.count == pairs.count ? loads : nil)
    }

    private func load(_ value: Value, key: Value, hosts: [String]) -> LoadPlan? {
        let name = name(key, of: "a load")
        let what = "load \(key.shown)"
        let keys =
            ["from"] + Self.protocols + ["rate", "good", "check", "connections", "retries", "data"]
        // A share is told to an agent, whose load has no lab.
        let own = hosts.isEmpty ? ["share"] : []
        guard let fields = Fields(value, what, keys: keys + own, problems: problems) else { return nil }
        let senders = senders(fields, hosts: hosts)
        let share = optional(fields["share"], .whole, self.share)
        let request = request(fields, hosts: hosts)
        let arrivals = fields.required("rate", "500/s").flatMap { self.arrivals($0) }
        let good = good(fields, of: request)
        // Users who wait for one another's connections would not be what was asked for.
        var usual = ConnectionUse(most: 64, reuse: nil)
        if case .closed(let users, _) = arrivals { usual = ConnectionUse(most: max(64, users), reuse: nil) }
        let connections = optional(fields["connections"], usual) { self.connections($0, usual: usual) }
        let retries = optional(fields["retries"], 0) { count($0, "retries", 0...10) }
        let data = optional(fields["data"], []) { self.data($0) }
        if let request, let data, !areTemplates(request, of: fields, data: data) { return nil }
        guard let data, let name, let senders, let share, let request, let arrivals, let good,
            let connections, let retries
        else {
            return nil
        }
        let shares = share.count(of: senders)
        guard isEnough(for: shares, arrivals, connections.most, fields) else { return nil }
        return LoadPlan(
            name: name,
            senders: senders,
            share: share,
            request: request,
            arrivals: arrivals,
            good: good,
            connections: connections.most,
            reuse: connections.reuse,
            retries: retries,
            data: data
        )
    }

    private struct ConnectionUse {
        let most: Int
        let reuse: Int?
    }

    /// "64", or { most: 64, reuse: never } or { most: 64, reuse: 100 }.
    private func connections(_ value: Value, usual: ConnectionUse) -> ConnectionUse? {
        guard value.pairs != nil else {
            return count(value, "connections", 1...10_000).map { ConnectionUse(most: $0, reuse: nil) }
        }
        let keys = ["most", "reuse"]
        guard let fields = Fields(value, "connections", keys: keys, problems: problems) else { return nil }
        let most = optional(fields["most"], usual.most) { count($0, "most", 1...10_000) }
        let reuse: Int?? = fields["reuse"].map { value in
            if value.text == "never" { return 1 }
            guard let requests = DecimalText(value.text ?? "")?.whole, (1...1_000_000).contains(requests)
            else {
                let expected = "never, or the requests of one connection from 1 to 1000000"
                problems.add("out-of-range", at: value.place, "reuse is \(value.shown); expected \(expected)")
                return nil
            }
            return requests
        }
        if case .some(.none) = reuse { return nil }
        return most.map { ConnectionUse(most: $0, reuse: reuse.flatMap { $0 }) }
    }

    /// `good:` and `check:`, which together say what a good answer is.
    private func good(_ fields: Fields, of request: RequestPlan?) -> GoodCriterion? {
        let good = optional(fields["good"], .usual) { self.good($0) }
        let checks = optional(fields["check"], []) { self.checks($0, of: request) }
        guard let good, let checks else { return nil }
        return GoodCriterion(statuses: good.statuses, within: good.within, checks: checks)
    }

    private func good(_ value: Value) -> GoodCriterion? {
        guard let fields = Fields(value, "good", keys: ["status", "within"], problems: problems) else {
            return nil
        }
        let statuses = optional(fields["status"], 200...399) { self.statuses($0) }
        let within: Duration?? = fields["within"].map {
            duration($0, "within", from: .microseconds(1), to: .seconds(60))
        }
        if case .some(.none) = within { return nil }
        return statuses.map { GoodCriterion(statuses: $0, within: within.flatMap { $0 }) }
    }

    /// "200-399" or "200".
    private func statuses(_ value: Value) -> ClosedRange<UInt16>? {
        let expected = "an HTTP status or a range of them, such as 200-399"
        guard let text = text(value, "status", expected: expected) else { return nil }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            .map { end in end.utf8.count == 3 ? DecimalText(end)?.whole.flatMap(UInt16.init(exactly:)) : nil }
        guard let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }),
            first <= last, first >= 100, last <= 599
        else {
            problems.add("status", at: value.place, "status is \(quoted(text)); expected \(expected)")
            return nil
        }
        return first...last
    }
}
