import Measures

extension Reader {
    private static let signals = ["KILL", "TERM", "INT", "QUIT", "HUP", "USR1", "USR2", "ABRT"]
    private static let targetKeys = ["service", "process", "unit", "cgroup", "container"]

    func kill(_ value: Value, on: Selector?, names: LabNames) -> KillParameters? {
        let keys = Self.targetKeys + ["signal", "restart-after"]
        guard let fields = Fields(value, "kill", keys: keys, problems: problems) else { return nil }
        let target = processTarget(fields, of: Self.targetKeys, on: on, names: names)
        let signal = optional(fields["signal"], "KILL") { word($0, "signal", of: Self.signals) }
        let restartAfter: Duration?? = fields["restart-after"].map {
            duration($0, "restart-after", from: .milliseconds(1), to: Self.longest)
        }
        if case .some(.none) = restartAfter { return nil }
        guard let target, let signal else { return nil }
        if let wished = fields["restart-after"], let unstartable = unstartable(target, on: on, names) {
            let message =
                "restart-after with a \(unstartable.key), which nobody knows how to start; expected a service, a unit or a container"
            problems.add("restart-after", at: wished.place, message)
            return nil
        }
        return KillParameters(target: target, signal: signal, restartAfter: restartAfter.flatMap { $0 })
    }

    func pause(_ value: Value, on: Selector?, names: LabNames) -> PauseParameters? {
        let keys = Self.targetKeys + ["by"]
        guard let fields = Fields(value, "pause", keys: keys, problems: problems) else { return nil }
        let target = processTarget(fields, of: Self.targetKeys, on: on, names: names)
        let way = optional(fields["by"], PauseParameters.Way.signal) {
            word($0, "by", of: PauseParameters.Way.allCases.map(\.rawValue)).flatMap(PauseParameters.Way.init)
        }
        guard let target, let way else { return nil }
        return PauseParameters(target: target, way: way)
    }

    /// One of `service`, `process`, `unit`, `cgroup`, `container`, as far as the fault's kind takes them.
    func processTarget(_ fields: Fields, of keys: [String], on: Selector?, names: LabNames)
        -> ProcessTargetPlan?
    {
        let given = keys.filter { fields[$0] != nil }
        guard let key = given.first, given.count == 1, let value = fields[key] else {
            if given.isEmpty, keys.contains(where: fields.isMeant) { return nil }
            let said = given.isEmpty ? "no target" : "\(given.count) targets: \(given.listed)"
            let forms = keys.count == 1 ? "service: nginx" : "one of \(keys.listed), such as service: nginx"
            problems.add("target", at: fields.place, "\(fields.what) has \(said); expected \(forms)")
            return nil
        }
        switch key {
        case "service": return service(value, on: on, names: names).map { .service($0) }
        case "cgroup": return path(value, "cgroup").map { .cgroup($0) }
        case "container": return container(value, names).map { .container($0) }
        default:
            let example = key == "unit" ? "nginx.service" : "nginx or /usr/sbin/nginx"
            guard let text = text(value, key, expected: "the name of a \(key), such as \(example)") else {
                return nil
            }
            let isName =
                (1...256).contains(text.utf8.count) && !text.unicodeScalars.contains(where: isControl)
            guard isName, key != "unit" || !text.contains("/") else {
                let message = "\(quoted(text)) is no name of a \(key); expected one such as \(example)"
                problems.add("target", at: value.place, message)
                return nil
            }
            return key == "unit" ? .unit(text.contains(".") ? text : text + ".service") : .process(text)
        }
    }

    /// How an inventory's service is found.
    func foundService(_ value: Value, _ name: String) -> ProcessTargetPlan? {
        let keys = Self.targetKeys.filter { $0 != "service" }
        guard let fields = Fields(value, "service \(quoted(name))", keys: keys, problems: problems) else {
            return nil
        }
        return processTarget(fields, of: keys, on: nil, names: LabNames(hosts: [], services: [:]))
    }

    /// What the target is on some host where nobody knows its command; nil: everywhere somebody does.
    private func unstartable(_ target: ProcessTargetPlan, on: Selector?, _ names: LabNames)
        -> ProcessTargetPlan?
    {
        guard case .service(let name) = target else { return target.canStart ? nil : target }
        let hosts = on?.candidates ?? []
        return names.plans.filter { hosts.contains($0.name) }.compactMap { $0.site?.services[name] }
            .first { !$0.canStart }
    }

    /// A service that each host that may be chosen must have.
    private func service(_ value: Value, on: Selector?, names: LabNames) -> String? {
        guard let service = text(value, "service", expected: "the name of a service"), let on else {
            return nil
        }
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

extension ProcessTargetPlan {
    /// Somebody knows its command.
    fileprivate var canStart: Bool {
        switch self {
        case .service, .unit, .container: true
        case .process, .cgroup: false
        }
    }
}
