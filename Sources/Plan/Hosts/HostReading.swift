import Measures

/// Words of messages about `hosts:`.
enum HostWords {
    static let example = "{ web1: { agent: \"10.0.0.11:7443\", addresses: [10.0.0.11], interface: eth0 } }"
}

extension Reader {
    /// What one coordinator was seen to serve: see `make bench-fleet`.
    private static let mostHosts = 10_000
    private static let mostGroups = 64
    private static let mostLabels = 32
    private static let mostServices = 32
    private static let hostKeys = ["agent", "addresses", "interface", "labels", "groups", "services"]

    /// `hosts:` and `groups:`, of an experiment or of an inventory.
    func inventory(_ value: Value, groups: Value?) -> (names: LabNames, hosts: [HostPlan]?)? {
        guard let pairs = value.pairs, !pairs.isEmpty else {
            let shown = value.pairs == nil ? value.shown : "empty"
            problems.add(
                "not-a-map",
                at: value.place,
                "hosts is \(shown); expected a map such as \(HostWords.example)"
            )
            return nil
        }
        guard pairs.count <= Self.mostHosts else {
            let message = "\(pairs.count) hosts; expected at most \(Self.mostHosts)"
            problems.add("too-many", at: value.place, message)
            return nil
        }
        let names = pairs.compactMap(\.key.text)
        let memberships = optional(groups, [:]) { self.memberships($0, hosts: names) }
        var plans: [HostPlan] = []
        var services: [String: [String]] = [:]
        for (key, value) in pairs where !problems.isFull {
            let name = hostName(key)
            let (known, site) = site(value, host: key.text ?? "", groups: memberships ?? [:])
            services[key.text ?? ""] = known
            if let name, let site { plans.append(HostPlan(name: name, services: [], site: site)) }
        }
        checkDifferent(plans, value)
        let isWhole = plans.count == pairs.count && memberships != nil
        return (LabNames(hosts: names, services: services, plans: plans), isWhole ? plans : nil)
    }

    /// `groups:`; by host, the groups that it is in.
    private func memberships(_ value: Value, hosts: [String]) -> [String: Set<String>]? {
        guard let pairs = value.pairs, pairs.count <= Self.mostGroups else {
            let expected = "a map of at most \(Self.mostGroups) groups, such as { web: [web1, web2] }"
            problems.add("not-a-map", at: value.place, "groups is \(value.shown); expected \(expected)")
            return nil
        }
        var memberships: [String: Set<String>] = [:]
        var isWhole = true
        for (key, value) in pairs where !problems.isFull {
            guard let group = name(key, of: "a group"), let members = hostNames(value, "group", hosts: hosts)
            else {
                isWhole = false
                continue
            }
            for member in members { memberships[member, default: []].insert(group) }
        }
        return isWhole ? memberships : nil
    }

    private func site(_ value: Value, host: String, groups: [String: Set<String>]) -> (
        services: [String], site: HostSite?
    ) {
        guard let fields = Fields(value, "host \(quoted(host))", keys: Self.hostKeys, problems: problems)
        else { return ([], nil) }
        let agent = fields.required("agent", "\"10.0.0.11:7443\"").flatMap { agentPlace($0) }
        let addresses = fields.required("addresses", "[10.0.0.11]").flatMap { self.addresses($0) }
        let interface = fields.required("interface", "eth0").flatMap { self.interfaceName($0) }
        let labels = optional(fields["labels"], [:]) { self.labels($0) }
        let own = optional(fields["groups"], []) { value -> [String]? in
            let items = items(value, "groups", most: Self.mostGroups)
            let names = items.compactMap { name($0, of: "a group") }
            return names.count == items.count ? names : nil
        }
        let services = optional(fields["services"], ([], [:])) { foundServices($0) }
        guard let agent, let addresses, let interface, let labels, let own, let services else {
            return (fields["services"]?.pairs?.compactMap(\.key.text) ?? [], nil)
        }
        return (
            services.0,
            HostSite(
                agent: agent,
                addresses: addresses,
                interface: interface,
                labels: labels,
                groups: (groups[host] ?? []).union(own).sorted(),
                services: services.1
            )
        )
    }

    private func agentPlace(_ value: Value) -> AgentPlace? {
        let expected = "HOST:PORT or unix:/path of its socket"
        guard let text = text(value, "agent", expected: expected) else { return nil }
        guard let place = AgentPlace(text) else {
            problems.add("agent", at: value.place, "agent is \(quoted(text)); expected \(expected)")
            return nil
        }
        return place
    }

    private func addresses(_ value: Value) -> [String]? {
        let items = items(value, "addresses", most: 16)
        let texts = items.compactMap { item -> String? in
            guard let network = network(item, "addresses", expected: "an address such as 10.0.0.11") else {
                return nil
            }
            guard !network.text.contains("/") else {
                let message = "\(quoted(network.text)) is a network; expected an address such as 10.0.0.11"
                problems.add("addresses", at: item.place, message)
                return nil
            }
            return network.text
        }
        guard !texts.isEmpty, texts.count == items.count else {
            if items.isEmpty, value.list != nil {
                problems.add("empty-list", at: value.place, "addresses is empty; expected at least one")
            }
            return nil
        }
        return texts
    }

    private func interfaceName(_ value: Value) -> String? {
        guard let text = text(value, "interface", expected: "the name of an interface, such as eth0") else {
            return nil
        }
        // As the kernel has it: dev_valid_name().
        let isName =
            (1...15).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
            && !text.contains("/") && !text.contains(":") && text != "." && text != ".."
        guard isName, text != "lo" else {
            let message = "\(quoted(text)) is no interface to act on; expected one such as eth0"
            problems.add("interface", at: value.place, message)
            return nil
        }
        return text
    }

    private func labels(_ value: Value) -> [String: String]? {
        guard let pairs = value.pairs, pairs.count <= Self.mostLabels else {
            let expected = "a map of at most \(Self.mostLabels) labels, such as { tier: web, rack: a1 }"
            problems.add("not-a-map", at: value.place, "labels is \(value.shown); expected \(expected)")
            return nil
        }
        var labels: [String: String] = [:]
        for (key, value) in pairs {
            guard let name = label(key, "name"), let text = label(value, "value") else { continue }
            labels[name] = text
        }
        return labels.count == pairs.count ? labels : nil
    }

    private func label(_ value: Value, _ part: String) -> String? {
        let expected = "letters, digits, and . _ - /, at most 63"
        guard let text = text(value, "the \(part) of a label", expected: expected) else { return nil }
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || [".", "_", "-", "/"].contains(scalar)
        }
        guard isPlain, (1...63).contains(text.utf8.count) else {
            let message = "\(quoted(text)) is no \(part) of a label; expected \(expected)"
            problems.add("label", at: value.place, message)
            return nil
        }
        return text
    }

    /// `services:`, each with how it is found.
    private func foundServices(_ value: Value) -> ([String], [String: ProcessTargetPlan])? {
        guard let pairs = value.pairs, pairs.count <= Self.mostServices else {
            let expected = "a map such as { nginx: { unit: nginx.service }, api: { process: /usr/bin/api } }"
            problems.add("not-a-map", at: value.place, "services is \(value.shown); expected \(expected)")
            return nil
        }
        var found: [String: ProcessTargetPlan] = [:]
        for (key, value) in pairs where !problems.isFull {
            guard let name = name(key, of: "a service"), let target = foundService(value, name) else {
                continue
            }
            found[name] = target
        }
        return found.count == pairs.count ? (pairs.compactMap(\.key.text), found) : nil
    }

    /// Two names for one agent would be one host with two parts in a fault.
    private func checkDifferent(_ hosts: [HostPlan], _ value: Value) {
        var seen: [String: String] = [:]
        for host in hosts {
            guard let site = host.site else { continue }
            for text in ["agent \(site.agent.text)"] + site.addresses.map({ "address \($0)" }) {
                if let other = seen[text], other != host.name {
                    let message = "\(host.name) and \(other) have the same \(text); expected different ones"
                    problems.add("duplicate-host", at: value.place, message)
                }
                seen[text] = host.name
            }
        }
    }
}
