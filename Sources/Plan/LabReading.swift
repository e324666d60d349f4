import Measures

/// The names that the rest of the file may use.
struct LabNames {
    /// In the order of the file.
    let hosts: [String]
    /// By host.
    let services: [String: [String]]
    /// Of an inventory, as far as they are right.
    var plans: [HostPlan] = []
}

extension LabNames {
    /// Of hosts that were read from another file.
    init(_ plans: [HostPlan]) {
        let services = plans.map { ($0.name, ($0.site?.services.keys.sorted() ?? [])) }
        self.init(
            hosts: plans.map(\.name),
            services: Dictionary(services) { first, _ in first },
            plans: plans
        )
    }
}

extension Reader {
    private static let mostHosts = 200
    private static let mostServices = 32
    /// A namespace's name, and more, is made of it.
    private static let longestLabName = 15
    /// A label of a domain name (RFC 1035, 2.3.4).
    static let longestHostName = 63

    /// `lab:`. The names are known even where a host's services are wrong, so that what follows is still checked.
    func lab(_ value: Value) -> (names: LabNames, lab: LabPlan?)? {
        guard let fields = Fields(value, "lab", keys: ["hosts"], problems: problems),
            let hosts = fields.required("hosts", "{ web1: {}, client: {} }")
        else { return nil }
        guard let pairs = hosts.pairs, !pairs.isEmpty else {
            let expected = "a map of host names, such as { web1: {}, client: {} }"
            problems.add(
                "not-a-map",
                at: hosts.place,
                "hosts is \(hosts.pairs == nil ? hosts.shown : "empty"); expected \(expected)"
            )
            return nil
        }
        guard pairs.count <= Self.mostHosts else {
            problems.add(
                "too-many",
                at: hosts.place,
                "\(pairs.count) hosts; expected at most \(Self.mostHosts)"
            )
            return nil
        }
        let names = pairs.compactMap(\.key.text)
        var plans: [HostPlan] = []
        var services: [String: [String]] = [:]
        for (key, value) in pairs where !problems.isFull {
            let name = hostName(key, longest: Self.longestLabName)
            let read = self.services(value, host: key.text ?? "", hosts: names)
            services[key.text ?? ""] = read.names
            if let name, let plans_ = read.plans { plans.append(HostPlan(name: name, services: plans_)) }
        }
        let isWhole = plans.count == pairs.count
        return (LabNames(hosts: names, services: services), isWhole ? LabPlan(hosts: plans) : nil)
    }

    func hostName(_ key: Value, longest: Int = longestHostName) -> String? {
        let text = key.text ?? ""
        let isLabel = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (48...57).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        let isWhole = isLabel && text.first?.isLetter == true && text.last != "-"
        guard isWhole, text.utf8.count <= longest, text != "localhost" else {
            let expected =
                "lower-case letters, digits and -, first a letter, at most \(longest), not localhost"
            problems.add("host-name", at: key.place, "\(quoted(text)) is no host name; expected \(expected)")
            return nil
        }
        return text
    }

    private func services(_ value: Value, host: String, hosts: [String]) -> (
        names: [String], plans: [ServicePlan]?
    ) {
        guard !value.isNothing else { return ([], []) }
        guard let fields = Fields(value, "host \(quoted(host))", keys: ["services"], problems: problems)
        else {
            return ([], nil)
        }
        guard let services = fields["services"] else { return ([], value.pairs?.isEmpty == true ? [] : nil) }
        guard let list = services.list else {
            let expected = "a list such as [ { name: web, run: \"…\" } ]"
            problems.add(
                "not-a-list",
                at: services.place,
                "services is \(services.shown); expected \(expected)"
            )
            return ([], nil)
        }
        guard list.count <= Self.mostServices else {
            problems.add(
                "too-many",
                at: services.place,
                "\(list.count) services; expected at most \(Self.mostServices)"
            )
            return ([], nil)
        }
        var names: [String] = []
        var plans: [ServicePlan] = []
        for item in list where !problems.isFull {
            let (name, plan) = service(item, hosts: hosts)
            if let name {
                if names.contains(name) {
                    problems.add(
                        "duplicate-name",
                        at: item.place,
                        "a second service \(quoted(name)) on \(host)"
                    )
                }
                names.append(name)
            }
            if let plan { plans.append(plan) }
        }
        return (names, plans.count == list.count ? plans : nil)
    }

    private func service(_ value: Value, hosts: [String]) -> (name: String?, plan: ServicePlan?) {
        let keys = ["name", "run", "ready", "ready-within", "log", "marks"]
        guard let fields = Fields(value, "a service", keys: keys, problems: problems) else {
            return (nil, nil)
        }
        let name = fields.required("name", "nginx").flatMap { self.name($0, of: "a service") }
        let command = fields.required("run", "\"nginx -c {files}/nginx.conf\"").flatMap { self.command($0) }
        let ready = fields["ready"].map { readiness($0, hosts: hosts) }
        let within = optional(fields["ready-within"], .seconds(10)) {
            duration($0, "ready-within", from: .milliseconds(1), to: .seconds(600))
        }
        let log = fields["log"].map { logFile($0) }
        let marks = optional(fields["marks"], []) { logMarks($0) }
        if case .some(.none) = ready { return (name, nil) }
        if case .some(.none) = log { return (name, nil) }
        guard let name, let command, let within, let marks else { return (name, nil) }
        return (
            name,
            ServicePlan(
                name: name,
                command: command,
                ready: ready.flatMap { $0 },
                readyWithin: within,
                log: log.flatMap { $0 },
                marks: marks
            )
        )
    }

    private func readiness(_ value: Value, hosts: [String]) -> Readiness? {
        let expected = "http://host:port/path or tcp://host:port"
        guard let address = address(value, "ready", expected: expected, hosts: hosts) else { return nil }
        switch (address.scheme, address.port) {
        case (.http, let port):
            let path = address.path.isEmpty ? "/" : address.path
            return .http(HTTPAddress(host: address.host, port: port ?? 80, path: path))
        case (.tcp, .some(let port)) where address.path.isEmpty:
            return .tcp(host: address.host, port: port)
        default:
            let expected = address.scheme == .tcp ? "tcp://host:port" : expected
            problems.add("address", at: value.place, "ready is \(value.shown); expected \(expected)")
            return nil
        }
    }
}
