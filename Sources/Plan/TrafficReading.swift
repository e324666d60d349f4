import Containers
import Measures

extension Reader {
    static let trafficKeys = [
        "to", "from", "peers", "direction", "ports", "port", "protocol", "interface", "cgroup", "user",
        "container", "flows",
    ]
    private static let peerForms = "a host, an address, a network such as 10.1.2.0/24, or a list of these"

    /// The keys of a packet fault that say which packets are meant. `to: lb` is what is sent to lb, `from: lb` what comes
    /// from there, and `peers: lb` with `direction:` either or both.
    /// `container: db`: within that container's network.
    func traffic(_ fields: Fields, on: Selector?, names: LabNames) -> TrafficPlan? {
        let hosts = names.hosts
        let given = ["to", "from", "peers"].filter { fields[$0] != nil }
        guard given.count <= 1 else {
            problems.add(
                "peers",
                at: fields.place(of: given[1]),
                "\(given.listed) name the far ends more than once; expected one of them, with direction: both for both ways"
            )
            return nil
        }
        let container: ContainerSelector?? = fields["container"].map { self.container($0, names) }
        // A container's own host is one that it may talk to.
        let own = fields["container"] == nil ? on : nil
        let peers = given.first.flatMap { key in
            fields[key].map { self.peers($0, key, on: own, hosts: hosts) }
        }
        if given.isEmpty, fields["container"] == nil, !otherHosts(at: fields.place, hosts: hosts) {
            return nil
        }
        let direction = direction(fields, named: given.first)
        let transport: TrafficPlan.Transport?? = fields["protocol"].map { value in
            word(value, "protocol", of: TrafficPlan.Transport.allCases.map(\.rawValue))
                .flatMap(TrafficPlan.Transport.init)
        }
        let ports = ports(fields)
        let interface: String?? = fields["interface"].map(interface)
        let cgroup: String?? = fields["cgroup"].map { path($0, "cgroup") }
        let user: String?? = fields["user"].map(user)
        let flows = optional(fields["flows"], .one) { share($0, "flows") }
        if case .some(.none) = peers { return nil }
        if case .some(.none) = transport { return nil }
        if case .some(.none) = interface { return nil }
        if case .some(.none) = cgroup { return nil }
        if case .some(.none) = user { return nil }
        if case .some(.none) = container { return nil }
        guard let direction, let ports, let flows else { return nil }
        let plan = TrafficPlan(
            peers: peers.flatMap { $0 } ?? [],
            transport: transport.flatMap { $0 },
            ports: ports,
            interface: interface.flatMap { $0 },
            direction: direction,
            cgroup: cgroup.flatMap { $0 },
            user: user.flatMap { $0 },
            container: container.flatMap { $0 },
            flows: flows
        )
        return agrees(plan, fields) ? plan : nil
    }

    /// What is named must be able to mean something together.
    private func agrees(_ plan: TrafficPlan, _ fields: Fields) -> Bool {
        if plan.transport == .icmp, !plan.ports.isEmpty {
            let message = "ports with protocol icmp, which has none; expected tcp or udp"
            problems.add("ports", at: fields.place(of: "protocol"), message)
            return false
        }
        if plan.container != nil, plan.cgroup != nil {
            let message = "cgroup and container; expected one of them: a container has a group of its own"
            problems.add("container", at: fields.place(of: "cgroup"), message)
            return false
        }
        for key in ["cgroup", "user"] where fields[key] != nil && plan.direction != .egress {
            let message =
                "\(key) with direction \(plan.direction.rawValue): the kernel knows the sender's \(key) only; "
                + "expected direction: egress"
            problems.add("direction", at: fields.place(of: key), message)
            return false
        }
        return true
    }

    /// Without named peers every other host is one: there must be another.
    func otherHosts(at place: Place, hosts: [String]) -> Bool {
        guard hosts.count == 1 else { return true }
        problems.add(
            "no-peer",
            at: place,
            "the experiment has one host only, and where no far end is named every other host is meant; expected to: or "
                + "from: with an address or a network, or another host"
        )
        return false
    }

    private func direction(_ fields: Fields, named key: String?) -> TrafficPlan.Direction? {
        let implied: TrafficPlan.Direction = key == "from" ? .ingress : .egress
        guard let value = fields["direction"] else { return implied }
        guard
            let said = word(value, "direction", of: TrafficPlan.Direction.allCases.map(\.rawValue))
                .flatMap(TrafficPlan.Direction.init)
        else { return nil }
        guard key == nil || key == "peers" || said == implied || said == .both else {
            let other = key == "from" ? "to" : "from"
            let message =
                "\(key ?? "") and direction \(said.rawValue) contradict each other; expected \(other) instead"
            problems.add("direction", at: value.place, message)
            return nil
        }
        return said
    }

    private func peers(_ value: Value, _ key: String, on: Selector?, hosts: [String]) -> [PeerPlan]? {
        let items = items(value, key, most: 5000)
        guard !items.isEmpty else {
            if value.list?.isEmpty == true {
                problems.add(
                    "empty-list",
                    at: value.place,
                    "\(key) is an empty list; expected \(Self.peerForms)"
                )
            }
            return nil
        }
        let peers = items.compactMap { peer($0, key, hosts: hosts) }
        guard peers.count == items.count else { return nil }
        guard Set(peers).count == peers.count else {
            let names = peers.map(\.text).listed
            problems.add("duplicate-name", at: value.place, "\(key) names a far end twice: \(names)")
            return nil
        }
        if let own = on?.candidates.first(where: { peers.contains(.host($0)) }) {
            problems.add(
                "own-peer",
                at: value.place,
                "\(quoted(own)) is in 'on' and in '\(key)'; expected other hosts in '\(key)'"
            )
            return nil
        }
        return peers
    }

    private func peer(_ value: Value, _ key: String, hosts: [String]) -> PeerPlan? {
        guard let text = text(value, key, expected: Self.peerForms) else { return nil }
        if hosts.contains(text) { return .host(text) }
        let looksNumeric = text.contains(":") || text.contains("/") || text.first?.isNumber == true
        guard looksNumeric else { return host(value, key, hosts: hosts).map { .host($0) } }
        return network(value, key, expected: Self.peerForms).map { .network($0.text) }
    }

    /// An address or a network, IPv4 or IPv6.
    package func network(_ value: Value, _ key: String, expected: String) -> NetworkText? {
        guard let text = text(value, key, expected: expected) else { return nil }
        do throws(NetworkText.Fault) {
            return try NetworkText(text)
        } catch {
            let reason =
                switch error {
                case .notAnAddress: "is no address"
                case .length: "has no prefix length that fits"
                case .hostBits: "has bits beyond its prefix length"
                }
            problems.add(
                "network",
                at: value.place,
                "\(quoted(text)) in \(key) \(reason); expected \(expected)"
            )
            return nil
        }
    }

    /// `port: 80` or `ports: [80, 8000-8100]`; empty: all.
    private func ports(_ fields: Fields) -> [ClosedRange<UInt16>]? {
        guard fields["port"] == nil || fields["ports"] == nil else {
            problems.add("ports", at: fields.place(of: "ports"), "port and ports; expected one of them")
            return nil
        }
        guard let value = fields["port"] ?? fields["ports"] else { return [] }
        let items = items(value, "ports", most: 64)
        let ranges = items.compactMap(portRange)
        if value.list?.isEmpty == true {
            problems.add(
                "empty-list",
                at: value.place,
                "ports is an empty list; expected ports such as 80 or 8000-8100"
            )
        }
        return ranges.isEmpty || ranges.count < items.count ? nil : ranges
    }

    package func portRange(_ value: Value) -> ClosedRange<UInt16>? {
        let expected = "a port or a range of ports, such as 80 or 8000-8100"
        guard let text = text(value, "port", expected: expected) else { return nil }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map {
            UInt16($0)
        }
        guard let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }), first > 0,
            first <= last, !text.contains("+")
        else {
            problems.add("port", at: value.place, "\(quoted(text)) is no port; expected \(expected)")
            return nil
        }
        return first...last
    }

    private func interface(_ value: Value) -> String? {
        let expected = "the name of an interface, such as eth0"
        guard let text = text(value, "interface", expected: expected) else { return nil }
        let isName =
            (1...15).contains(text.utf8.count)
            && !text.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "/") || $0 >= 0x7f }
        guard isName, text != "lo", text != ".", text != ".." else {
            let said = text == "lo" ? "the loopback, which faults never touch" : "no interface's name"
            problems.add("interface", at: value.place, "\(quoted(text)) is \(said); expected \(expected)")
            return nil
        }
        return text
    }

    private func user(_ value: Value) -> String? {
        let expected = "a user's name or number, such as www-data or 33"
        guard let text = text(value, "user", expected: expected) else { return nil }
        let isName =
            (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { ($0 > 0x20 && $0 < 0x7f) && $0 != UInt8(ascii: ":") }
        guard isName else {
            problems.add("user", at: value.place, "\(quoted(text)) is no user; expected \(expected)")
            return nil
        }
        return text
    }

    /// An absolute path without detours.
    package func path(_ value: Value, _ key: String) -> String? {
        let expected = "a path such as /system.slice/nginx.service, without . or .."
        guard let text = text(value, key, expected: expected) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isPath =
            text.hasPrefix("/") && (2...1024).contains(text.utf8.count)
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
            && !text.unicodeScalars.contains(where: isControl)
        guard isPath else {
            problems.add("path", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        return text
    }
}
