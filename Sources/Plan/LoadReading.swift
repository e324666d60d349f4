import Measures

extension Reader {
    private static let mostLoads = 16
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    private static let methodsWithBody: Set<String> = ["POST", "PUT", "PATCH", "DELETE"]

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
        let keys = ["from", "http", "rate", "good", "connections"]
        guard let fields = Fields(value, what, keys: keys, problems: problems) else { return nil }
        let from = sender(fields, hosts: hosts)
        let request = fields.required("http", "{ url: \"http://lb/\" }").flatMap {
            self.request($0, hosts: hosts)
        }
        let arrivals = fields.required("rate", "500/s").flatMap { self.arrivals($0) }
        let good = optional(fields["good"], GoodCriterion(statuses: 200...399, within: nil)) { self.good($0) }
        let connections = optional(fields["connections"], 64) { count($0, "connections", 1...10_000) }
        guard let name, let from, let request, let arrivals, let good, let connections else { return nil }
        return LoadPlan(
            name: name,
            from: from,
            request: request,
            arrivals: arrivals,
            good: good,
            connections: connections
        )
    }

    /// `from:`, a host of the lab; without a lab it is this host, and not to be named.
    private func sender(_ fields: Fields, hosts: [String]) -> String? {
        guard hosts.isEmpty else {
            return fields.required("from", hosts.last ?? "client").flatMap { host($0, "from", hosts: hosts) }
        }
        guard fields["from"] != nil else { return LoadPlan.thisHost }
        let message = "from names a host, and the file has no lab; expected none, or lab: { hosts: … }"
        problems.add("from", at: fields.place(of: "from"), message)
        return nil
    }

    private func request(_ value: Value, hosts: [String]) -> HTTPRequestPlan? {
        let keys = ["url", "method", "headers", "body", "timeout"]
        guard let fields = Fields(value, "http", keys: keys, problems: problems) else { return nil }
        let url = fields.required("url", "\"http://lb/\"").flatMap { self.url($0, hosts: hosts) }
        let method = optional(fields["method"], "GET") { word($0, "method", of: Self.methods) }
        let headers = optional(fields["headers"], []) { self.headers($0) }
        let body = optional(fields["body"], "") { text($0, "body", expected: "a text") }
        let timeout = optional(fields["timeout"], .seconds(1)) {
            duration($0, "timeout", from: .milliseconds(1), to: .seconds(60))
        }
        guard let url, let method, let headers, let body, let timeout else { return nil }
        guard body.isEmpty || Self.methodsWithBody.contains(method) else {
            let expected = "method: \(Self.methodsWithBody.sorted().listed)"
            problems.add(
                "body",
                at: fields.place(of: "body"),
                "a \(method) carries no body; expected \(expected)"
            )
            return nil
        }
        return HTTPRequestPlan(method: method, address: url, headers: headers, body: body, timeout: timeout)
    }

    private func url(_ value: Value, hosts: [String]) -> HTTPAddress? {
        guard let address = address(value, "url", expected: "an address such as http://lb/", hosts: hosts)
        else {
            return nil
        }
        guard address.scheme == .http else {
            problems.add("address", at: value.place, "url is \(value.shown); expected http://host:port/path")
            return nil
        }
        let path = address.path.isEmpty ? "/" : address.path
        return HTTPAddress(host: address.host, port: address.port ?? 80, path: path)
    }

    private func arrivals(_ value: Value) -> ArrivalProcess? {
        guard value.pairs != nil else { return rate(value, "rate").map { .constant(perSecond: $0) } }
        guard let fields = Fields(value, "rate", keys: ["poisson", "ramp"], problems: problems) else {
            return nil
        }
        switch (fields["poisson"], fields["ramp"]) {
        case (.some(let poisson), nil):
            return rate(poisson, "poisson").map { .poisson(perSecond: $0) }
        case (nil, .some(let ramp)):
            guard let ends = Fields(ramp, "ramp", keys: ["from", "to"], problems: problems) else {
                return nil
            }
            let from = ends.required("from", "0/s").flatMap { rate($0, "from", zeroAllowed: true) }
            let to = ends.required("to", "2000/s").flatMap { rate($0, "to", zeroAllowed: true) }
            guard let from, let to else { return nil }
            guard max(from, to) > 0 else {
                problems.add(
                    "out-of-range",
                    at: ramp.place,
                    "ramp stays at 0/s; expected a rate above 0/s at one end"
                )
                return nil
            }
            return .ramp(fromPerSecond: from, toPerSecond: to)
        default:
            let expected = "500/s, { poisson: 500/s } or { ramp: { from: 0/s, to: 2000/s } }"
            problems.add("rate", at: value.place, "rate names no process, or two; expected \(expected)")
            return nil
        }
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
