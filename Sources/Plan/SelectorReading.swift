import Measures

extension Reader {
    private static let listForms =
        "a host, a list, any: { 1 of: [web1, web2] } or percent: { 30% of: [web1, web2] }"
    private static let circleForms =
        "a host, a list, { group: web, except: web3 }, { label: tier=web }, any: { 1 of: … } or "
        + "percent: { 30% of: { group: web } }"

    private var forms: String { circle.isInventory ? Self.circleForms : Self.listForms }

    /// The name of a host of the lab.
    func host(_ value: Value, _ key: String, hosts: [String]) -> String? {
        guard let text = text(value, key, expected: "a host of the lab: \(hosts.listed)") else { return nil }
        return knownHost(text, at: value.place, key, hosts: hosts)
    }

    /// One host, a list of different ones, or by label and group.
    func hostList(_ value: Value, _ key: String, hosts: [String]) -> [String]? {
        guard value.pairs != nil, circle.isInventory else { return hostNames(value, key, hosts: hosts) }
        return Fields(value, key, keys: Self.circleKeys, problems: problems)
            .flatMap { circle($0, key, at: value.place, hosts: hosts) }
    }

    /// One host, or a list of different ones.
    func hostNames(_ value: Value, _ key: String, hosts: [String]) -> [String]? {
        let items = items(value, key, most: hosts.count + 16)
        let names = items.compactMap { host($0, key, hosts: hosts) }
        guard !names.isEmpty, names.count == items.count else {
            if items.isEmpty, value.list?.isEmpty == true {
                problems.add(
                    "empty-list",
                    at: value.place,
                    "\(key) is an empty list; expected a host or a list of hosts"
                )
            }
            return nil
        }
        return withoutRepetition(names, key, at: value.place)
    }

    /// `on:`.
    func selector(_ value: Value, hosts: [String]) -> Selector? {
        guard value.pairs != nil else {
            if value.text == nil, value.list == nil {
                problems.add("selector", at: value.place, "on is \(value.shown); expected \(forms)")
                return nil
            }
            return hostList(value, "on", hosts: hosts).map(Selector.hosts)
        }
        let keys = ["any", "percent"] + (circle.isInventory ? Self.circleKeys : [])
        guard let fields = Fields(value, "on", keys: keys, problems: problems) else { return nil }
        let isCircle = Self.circleKeys.contains { fields[$0] != nil }
        switch (fields["any"], fields["percent"]) {
        case (nil, nil) where isCircle:
            return circle(fields, "on", at: value.place, hosts: hosts).map(Selector.hosts)
        case (.some(let any), nil) where !isCircle:
            return choice(any, "any", hosts: hosts).flatMap { amount, of in
                guard let count = DecimalText(amount)?.whole, (1...of.count).contains(count) else {
                    let expected = "1 to \(of.count), the length of the list"
                    problems.add(
                        "selector",
                        at: any.place,
                        "any takes \(quoted(amount)) of \(of.count) hosts; expected \(expected)"
                    )
                    return nil
                }
                return .any(count: count, of: of)
            }
        case (nil, .some(let percent)) where !isCircle:
            return choice(percent, "percent", hosts: hosts).flatMap { amount, of in
                guard amount.hasSuffix("%"), let share = Share(amount), share != .zero else {
                    let expected = "more than 0% and at most 100%"
                    problems.add(
                        "selector",
                        at: percent.place,
                        "percent takes \(quoted(amount)); expected \(expected)"
                    )
                    return nil
                }
                return .percent(share, of: of)
            }
        default:
            problems.add("selector", at: value.place, "on has no selector, or two; expected \(forms)")
            return nil
        }
    }

    /// `{ 1 of: [a, b] }` or the text "1 of [a, b]": the amount as written, and the hosts.
    private func choice(_ value: Value, _ key: String, hosts: [String]) -> (amount: String, of: [String])? {
        if let pairs = value.pairs, let pair = pairs.first, pairs.count == 1, let head = pair.key.text {
            guard head.hasSuffix(" of") else { return refused(value, key) }
            return hostList(pair.value, key, hosts: hosts).map { (head.dropLast(3).trimmed, $0) }
        }
        guard let text = value.text, text.utf8.last == UInt8(ascii: "]"),
            let mark = text.firstRange(of: " of ")
        else {
            return refused(value, key)
        }
        let list = text[mark.upperBound...].trimmed
        guard list.utf8.first == UInt8(ascii: "[") else { return refused(value, key) }
        let written = list.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false).map
        { $0.trimmed }
        guard written.count <= hosts.count + 16 else { return refused(value, key) }
        let names = written.compactMap { knownHost($0, at: value.place, key, hosts: hosts) }
        guard names.count == written.count else { return nil }
        return withoutRepetition(names, key, at: value.place).map { (text[..<mark.lowerBound].trimmed, $0) }
    }

    private func refused<T>(_ value: Value, _ key: String) -> T? {
        let example = key == "any" ? "{ 1 of: [web1, web2] }" : "{ 30% of: [web1, web2] }"
        problems.add("selector", at: value.place, "\(key) is \(value.shown); expected \(example)")
        return nil
    }

    private func knownHost(_ name: String, at place: Place, _ key: String, hosts: [String]) -> String? {
        guard !hosts.contains(name) else { return name }
        let message = "unknown host \(quoted(name)) in \(key); \(circle.introduction) \(hosts.listed)"
        problems.add("unknown-host", at: place, message, nearest: Spelling.nearest(to: name, in: hosts))
        return nil
    }

    private func withoutRepetition(_ names: [String], _ key: String, at place: Place) -> [String]? {
        guard Set(names).count == names.count else {
            problems.add("duplicate-name", at: place, "\(key) names a host twice: \(names.listed)")
            return nil
        }
        return names
    }
}

extension Selector {
    /// All hosts that the seed may choose.
    package var candidates: [String] {
        switch self {
        case .hosts(let hosts), .any(_, let hosts), .percent(_, let hosts): hosts
        }
    }
}
