import Measures

/// A fault and where the file says it: conflicts between faults name both places.
struct ReadFault {
    let plan: FaultPlan
    let place: Place
}

extension Reader {
    private static let mostFaults = 100
    private static let kinds = FaultKind.keywords
    private static let commonKeys = ["name", "at", "not-before", "for", "every", "times", "on"]
    /// Kinds that end by their own parameters, or at once, and what their files say instead of `for`.
    private static let endless = [
        "kill": "restart-after inside kill says when it is back", "restart": "a restart has no length",
        "reset": "connections are closed at one instant; repeat it by every and times",
    ]

    /// `faults:`; the names are known even where a fault is wrong.
    func faults(_ value: Value, names: LabNames, duration: Duration?) -> (
        names: [String]?, faults: [ReadFault]?
    ) {
        guard let list = value.list else {
            let expected =
                "a list such as - { name: slow, at: 20s, for: 10s, on: web1, delay: { latency: 100ms } }"
            problems.add("not-a-list", at: value.place, "faults is \(value.shown); expected \(expected)")
            return (nil, nil)
        }
        let items = items(value, "faults", most: Self.mostFaults)
        var faultNames: [String: Place] = [:]
        var faults: [ReadFault] = []
        for item in items where !problems.isFull {
            let (name, fault) = fault(item, names: names, duration: duration)
            if let fault { faults.append(ReadFault(plan: fault, place: item.place)) }
            guard let name else { continue }
            if let first = faultNames[name] {
                let message = "a second fault \(quoted(name)); the first is on line \(first.line)"
                problems.add("duplicate-name", at: item.place, message)
            }
            faultNames[name] = faultNames[name] ?? item.place
        }
        return (faultNames.keys.sorted(), faults.count == list.count ? faults : nil)
    }

    private func fault(_ value: Value, names: LabNames, duration: Duration?) -> (
        name: String?, plan: FaultPlan?
    ) {
        let keys = Self.commonKeys + Self.kinds
        let what = value["name"]?.text.map { "fault \(quoted($0))" } ?? "a fault"
        guard let fields = Fields(value, what, keys: keys, problems: problems) else { return (nil, nil) }
        let name = fields.required("name", "slow").flatMap { self.faultName($0) }
        let start = start(fields, what)
        let present = Self.kinds.filter { fields[$0] != nil }
        guard !present.isEmpty || !Self.kinds.contains(where: fields.isMeant) else { return (name, nil) }
        guard let keyword = present.first, present.count == 1, let parameters = fields[keyword] else {
            let said = present.isEmpty ? "has no kind" : "has \(present.count) kinds: \(present.listed)"
            problems.add("kind", at: fields.place, "\(what) \(said); expected one of \(Self.kinds.listed)")
            return (name, nil)
        }
        let kind = kind(keyword, parameters, on: fields["on"], of: fields, names: names)
        let lasting = lasting(fields, keyword, what)
        let repetition = repetition(fields, what)
        guard let name, let start, let kind, let lasting, let repetition else { return (name, nil) }
        let plan = FaultPlan(
            name: name,
            at: start.at,
            notBefore: start.notBefore,
            lasting: lasting,
            every: repetition.every,
            times: repetition.times,
            kind: kind
        )
        return (name, isInTime(plan, fields, duration: duration) ? plan : nil)
    }

    /// `at: 20s`, or `not-before: 20s`.
    private func start(_ fields: Fields, _ what: String) -> (at: Duration, notBefore: Bool)? {
        let keyword = fields["not-before"] == nil ? "at" : "not-before"
        guard fields["at"] == nil || keyword == "at" else {
            let message = "\(what) has 'at' and 'not-before'; expected one of them"
            problems.add("start", at: fields.place(of: "not-before"), message)
            return nil
        }
        return fields.required(keyword, "20s")
            .flatMap { duration($0, keyword, from: .zero, to: Self.longest) }
            .map { ($0, keyword == "not-before") }
    }

    private func faultName(_ value: Value) -> String? {
        guard let name = name(value, of: "a fault") else { return nil }
        guard name != "baseline", name != "recovery" else {
            problems.add(
                "name",
                at: value.place,
                "\(quoted(name)) is the name of a phase; expected another name"
            )
            return nil
        }
        return name
    }

    /// `for:`, needed by some kinds and without meaning for others. nil: wrong; .some(nil): has none.
    private func lasting(_ fields: Fields, _ keyword: String, _ what: String) -> Duration?? {
        if let instead = Self.endless[keyword] {
            guard fields["for"] != nil else { return .some(nil) }
            problems.add("for", at: fields.place(of: "for"), "\(what): \(keyword) takes no 'for'; \(instead)")
            return nil
        }
        guard let value = fields.required("for", "10s") else { return nil }
        return duration(value, "for", from: .milliseconds(1), to: Self.longest).map { .some($0) }
    }

    private func repetition(_ fields: Fields, _ what: String) -> (every: Duration?, times: Int)? {
        switch (fields["every"], fields["times"]) {
        case (nil, nil):
            return (nil, 1)
        case (.some(let every), .some(let times)):
            let every = duration(every, "every", from: .milliseconds(1), to: Self.longest)
            guard let every, let times = count(times, "times", 1...1000) else { return nil }
            return (times > 1 ? every : nil, times)
        default:
            problems.add(
                "repetition",
                at: fields.place,
                "\(what) needs both or none of 'every: 30s' and 'times: 5'"
            )
            return nil
        }
    }

    /// All occurrences lie inside the run and end before the next begins.
    private func isInTime(_ fault: FaultPlan, _ fields: Fields, duration: Duration?) -> Bool {
        let name = quoted(fault.name)
        if fault.times > 1, let every = fault.every {
            guard let length = fault.length else {
                let expected = "restart-after, so that there is something to kill again"
                problems.add(
                    "repetition",
                    at: fields.place,
                    "fault \(name) kills \(fault.times) times; expected \(expected)"
                )
                return false
            }
            guard length <= every else {
                let message =
                    "fault \(name) lasts \(length.text) but comes every \(every.text); expected it to end before"
                problems.add("repetition", at: fields.place(of: "every"), message)
                return false
            }
        }
        guard let duration else { return true }
        let last = fault.starts.last ?? fault.at
        let which = fault.times > 1 ? "repetition \(fault.times) of fault \(name)" : "fault \(name)"
        guard last < duration else {
            let message = "\(which) starts at \(last.text), but the run ends at \(duration.text)"
            problems.add(
                "after-the-end",
                at: fields.place(of: fault.notBefore ? "not-before" : "at"),
                message
            )
            return false
        }
        if fault.mustEndInside, let length = fault.length, last + length > duration {
            let message = "\(which) ends at \((last + length).text), but the run ends at \(duration.text)"
            problems.add(
                "after-the-end",
                at: fields.place(of: fault.notBefore ? "not-before" : "at"),
                message
            )
            return false
        }
        return true
    }
}
