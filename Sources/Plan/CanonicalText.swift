import Measures

/// A plan as one text: an experiment file with every default written out, maps by key, lists as they are. Reading it
/// gives a plan with the same text, so a digest of it names what is run and nothing else.
struct CanonicalText {
    let text: String

    init(_ plan: Plan) {
        let hosts = plan.lab.hosts.sorted { $0.name < $1.name }
        let loads = plan.loads.sorted { $0.name < $1.name }
        var lines = [
            "faultline: 1", "name: \(Self.quote(plan.name))", "description: \(Self.quote(plan.summary))",
        ]
        // The folder is part of what is run only where a command uses it.
        if plan.needsFiles { lines.append("files: \(Self.quote(plan.filesFolder))") }
        if !hosts.isEmpty { lines += plan.lab.isInventory ? ["hosts:"] : ["lab:", "  hosts:"] }
        lines += hosts.map { host in
            host.site.map { "  \(Self.quote(host.name)): \(Self.host($0))" }
                ?? "    \(Self.quote(host.name)): { services: \(Self.list(host.services.map(Self.service))) }"
        }
        if !loads.isEmpty { lines.append("load:") }
        lines += loads.map { "  \(Self.quote($0.name)): \(Self.load($0))" }
        if !plan.histories.isEmpty { lines.append("history:") }
        lines += plan.histories.sorted { $0.name < $1.name }
            .map { "  \(Self.quote($0.name)): \(Self.history($0))" }
        if !hosts.isEmpty { lines.append(plan.faults.isEmpty ? "faults: []" : "faults:") }
        lines += plan.faults.map { "  - \(Self.fault($0))" }
        let hasTargets = plan.targets != .none
        if hasTargets { lines.append("targets:") }
        if hasTargets { lines += Self.targets(plan.targets).map { "  \($0)" } }
        lines.append(plan.guards.isEmpty ? "guard: []" : "guard:")
        lines += plan.guards.map { guardPlan in
            switch guardPlan {
            case .availabilityBelow(let share, let over):
                "  - " + Self.map([("availability-below", share.percentText), ("over", over.text)])
            }
        }
        // Left out where nothing is captured: the digests from before there were captures stay what they are.
        if !plan.captures.isEmpty {
            lines.append("capture: \(Self.list(plan.captures.sorted().map(Self.quote)))")
        }
        if plan.clockBound != .usual {
            let bound = [("limit", plan.clockBound.limit.text), ("beyond", plan.clockBound.beyond.rawValue)]
            lines.append("clock-bound: \(Self.map(bound))")
        }
        lines += Self.failureModes(plan.failureModes)
        lines.append("duration: \(plan.duration.text)")
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func service(_ service: ServicePlan) -> String {
        let ready: String? =
            switch service.ready {
            case .http(let address): quote(address.text)
            case .tcp(let host, let port): quote("tcp://\(host):\(port)")
            case nil: nil
            }
        return map([
            ("name", quote(service.name)),
            ("run", list(service.command.map(quote))),
            ("ready", ready),
            ("ready-within", service.readyWithin.text),
            ("log", service.log.map(quote)),
            (
                "marks",
                service.marks.isEmpty
                    ? nil : map(service.marks.map { (quote($0.name), quote($0.pattern.source)) })
            ),
        ])
    }

    /// `names`: with the hosts that send, else with the share of the one that it is for.
    static func load(_ load: LoadPlan, names: Bool = true) -> String {
        let rate =
            switch load.arrivals {
            case .constant(let rate): "\(rate)/s"
            case .poisson(let rate): "{ poisson: \(rate)/s }"
            case .ramp(let from, let to): "{ ramp: { from: \(from)/s, to: \(to)/s } }"
            case .steps(let steps):
                map([
                    (
                        "steps",
                        list(steps.map { map([("rate", "\($0.perSecond)/s"), ("for", $0.lasting.text)]) })
                    )
                ])
            case .sine(let sine):
                map([
                    (
                        "sine",
                        map([
                            ("mean", "\(sine.meanPerSecond)/s"),
                            ("amplitude", "\(sine.amplitudePerSecond)/s"),
                            ("period", sine.period.text),
                        ])
                    )
                ])
            case .trace(let trace): map([("trace", Self.trace(trace))])
            case .closed(let users, let think):
                map([("closed", map([("users", "\(users)"), ("think", Self.think(think))]))])
            }
        let statuses = "\(load.good.statuses.lowerBound)-\(load.good.statuses.upperBound)"
        return map([
            ("from", names ? senders(load.senders) : nil),
            ("share", load.share.isWhole ? nil : share(load.share)),
            request(load.request),
            ("rate", rate),
            ("good", map([("status", statuses), ("within", load.good.within?.text)])),
            // Left out where there is none, as all that came later: old digests stay what they are.
            ("check", load.good.checks.isEmpty ? nil : list(load.good.checks.map(check))),
            ("connections", connections(load)),
            ("data", load.data.isEmpty ? nil : data(load.data)),
            ("retries", load.retries == 0 ? nil : "\(load.retries)"),
        ])
    }

    private static func think(_ time: ThinkTime) -> String {
        switch time {
        case .constant(let time): time.text
        case .exponential(let mean): map([("exponential", mean.text)])
        }
    }

    /// `most` alone where nothing else is said, as before there was more to say.
    private static func connections(_ load: LoadPlan) -> String {
        guard let reuse = load.reuse else { return "\(load.connections)" }
        return map([("most", "\(load.connections)"), ("reuse", reuse == 1 ? "never" : "\(reuse)")])
    }

    private static func request(_ request: RequestPlan) -> (String, String?) {
        switch request {
        case .http(let http):
            let headers = http.headers.sorted { $0.name < $1.name }
            return (
                "http",
                map([
                    ("url", quote(http.address.text)),
                    ("method", http.method),
                    ("headers", map(headers.map { (quote($0.name), quote($0.value)) })),
                    ("body", quote(http.body)),
                    // Left out where it is 1.1: the digests from before there was another stay what they are.
                    ("version", http.version == .one ? nil : quote(http.version.rawValue)),
                    ("streams", http.streams == 1 ? nil : "\(http.streams)"),
                    ("timeout", http.timeout.text),
                    ("tls", tls(http.tls)),
                ])
            )
        case .redis(let redis): return ("redis", Self.redis(redis))
        case .postgres(let postgres): return ("postgres", Self.postgres(postgres))
        case .grpc(let grpc): return Self.request(grpc)
        case .tcp(let tcp): return Self.request(tcp)
        case .udp(let echo): return Self.request(udp: echo)
        case .dns(let dns): return Self.request(dns)
        case .icmp(let echo): return Self.request(icmp: echo)
        }
    }
}
