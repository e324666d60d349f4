import Measures

extension Reader {
    private static let longestLatency = Duration.seconds(600)
    private static let signals = ["KILL", "TERM", "INT", "QUIT", "HUP", "USR1", "USR2", "ABRT"]

    /// The parameters below the key that names the kind.
    func kind(_ keyword: String, _ value: Value, on: Value?, of fault: Fields, names: LabNames) -> FaultKind?
    {
        if keyword == "partition" {
            if on != nil {
                let message =
                    "a partition takes no 'on'; expected its hosts in between: [a, b], or from: a and to: b"
                problems.add("on", at: fault.place(of: "on"), message)
            }
            return partition(value, hosts: names.hosts).flatMap { on == nil ? .partition($0) : nil }
        }
        let selector = (on ?? fault.required("on", names.hosts.first ?? "web1"))
            .flatMap { self.selector($0, hosts: names.hosts) }
        switch keyword {
        case "delay":
            let parameters = delay(value, on: selector, hosts: names.hosts)
            guard let selector, let parameters else { return nil }
            return .delay(on: selector, parameters)
        case "loss":
            let parameters = loss(value, on: selector, hosts: names.hosts)
            guard let selector, let parameters else { return nil }
            return .loss(on: selector, parameters)
        case "kill":
            let parameters = kill(value, on: selector, names: names)
            guard let selector, let parameters else { return nil }
            return .kill(on: selector, parameters)
        default:
            guard let fields = Fields(value, keyword, keys: ["service"], problems: problems),
                let service = service(fields, on: selector, names: names), let selector
            else { return nil }
            return keyword == "pause"
                ? .pause(on: selector, service: service) : .restart(on: selector, service: service)
        }
    }

    private func delay(_ value: Value, on: Selector?, hosts: [String]) -> DelayParameters? {
        let keys = ["latency", "jitter", "distribution", "loss", "to"]
        guard let fields = Fields(value, "delay", keys: keys, problems: problems) else { return nil }
        let latency = fields.required("latency", "100ms").flatMap {
            duration($0, "latency", from: .microseconds(1), to: Self.longestLatency)
        }
        let jitter = optional(fields["jitter"], .zero) {
            duration($0, "jitter", from: .zero, to: Self.longestLatency)
        }
        let distribution = optional(fields["distribution"], PlainDistribution.uniform) {
            word($0, "distribution", of: PlainDistribution.allCases.map(\.rawValue)).flatMap(
                PlainDistribution.init
            )
        }
        let loss = optional(fields["loss"], .zero) { share($0, "loss", zeroAllowed: true) }
        let peers = peers(fields, on: on, hosts: hosts)
        guard let latency, let jitter, let distribution, let loss, let peers else { return nil }
        guard jitter <= latency else {
            let message =
                "jitter \(jitter.text) is more than the latency \(latency.text); a delay cannot be negative"
            problems.add("jitter", at: fields.place(of: "jitter"), message)
            return nil
        }
        return DelayParameters(
            latency: latency,
            jitter: jitter,
            distribution: distribution,
            loss: loss,
            peers: peers
        )
    }

    private func loss(_ value: Value, on: Selector?, hosts: [String]) -> LossParameters? {
        guard let fields = Fields(value, "loss", keys: ["share", "to"], problems: problems) else {
            return nil
        }
        let share = fields.required("share", "1%").flatMap { self.share($0, "share") }
        guard let peers = peers(fields, on: on, hosts: hosts), let share else { return nil }
        return LossParameters(share: share, peers: peers)
    }

    /// `to:`; empty: every other host.
    private func peers(_ fields: Fields, on: Selector?, hosts: [String]) -> [String]? {
        guard let value = fields["to"] else {
            guard hosts.count != 1 else {
                problems.add(
                    "no-peer",
                    at: fields.place,
                    "the lab has one host only; expected another one to talk to"
                )
                return nil
            }
            return []
        }
        guard let peers = hostList(value, "to", hosts: hosts) else { return nil }
        if let own = on?.candidates.first(where: peers.contains) {
            problems.add(
                "own-peer",
                at: value.place,
                "\(quoted(own)) is in 'on' and in 'to'; expected other hosts in 'to'"
            )
            return nil
        }
        return peers
    }

    private func partition(_ value: Value, hosts: [String]) -> PartitionParameters? {
        let keys = ["between", "from", "to"]
        guard let fields = Fields(value, "partition", keys: keys, problems: problems) else { return nil }
        let forms = "between: [a, b] (two ways), or from: a and to: b (one way)"
        let sides: (from: Value, to: Value)
        switch (fields["between"], fields["from"], fields["to"]) {
        case (.some(let between), nil, nil):
            guard let list = between.list, list.count == 2, let first = list.first, let last = list.last
            else {
                let said = between.list.map { "a list of \($0.count)" } ?? between.shown
                let expected = "two sides, each a host or a list: [a, b] or [a, [b, c]]"
                problems.add("partition", at: between.place, "between is \(said); expected \(expected)")
                return nil
            }
            sides = (first, last)
        case (nil, .some(let from), .some(let to)):
            sides = (from, to)
        default:
            problems.add(
                "partition",
                at: fields.place,
                "partition names no sides, or too many; expected \(forms)"
            )
            return nil
        }
        let from = hostList(sides.from, "partition", hosts: hosts)
        let to = hostList(sides.to, "partition", hosts: hosts)
        guard let from, let to else { return nil }
        if let both = from.first(where: to.contains) {
            problems.add(
                "partition",
                at: sides.to.place,
                "\(quoted(both)) is on both sides; expected different hosts"
            )
            return nil
        }
        return PartitionParameters(from: from, to: to, bothWays: fields["between"] != nil)
    }

    private func kill(_ value: Value, on: Selector?, names: LabNames) -> KillParameters? {
        let keys = ["service", "signal", "restart-after"]
        guard let fields = Fields(value, "kill", keys: keys, problems: problems) else { return nil }
        let service = service(fields, on: on, names: names)
        let signal = optional(fields["signal"], "KILL") { word($0, "signal", of: Self.signals) }
        let restartAfter: Duration?? = fields["restart-after"].map {
            duration($0, "restart-after", from: .milliseconds(1), to: Self.longest)
        }
        if case .some(.none) = restartAfter { return nil }
        guard let service, let signal else { return nil }
        return KillParameters(service: service, signal: signal, restartAfter: restartAfter.flatMap { $0 })
    }

    /// `service:`, which each host that may be chosen must have.
    private func service(_ fields: Fields, on: Selector?, names: LabNames) -> String? {
        guard let value = fields.required("service", "nginx"),
            let service = text(value, "service", expected: "the name of a service"), let on
        else { return nil }
        for host in on.candidates {
            let services = names.services[host] ?? []
            guard !services.contains(service) else { continue }
            let has = services.isEmpty ? "no services" : services.listed
            let message = "unknown service \(quoted(service)); \(host) has \(has)"
            problems.add(
                "unknown-service",
                at: value.place,
                message,
                nearest: Spelling.nearest(to: service, in: services)
            )
            return nil
        }
        return service
    }
}
