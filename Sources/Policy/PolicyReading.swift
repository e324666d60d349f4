import Measures
package import Plan

extension Subject {
    package static let policy = Subject(
        area: "policy",
        word: "policy",
        noun: "a policy",
        beginning: "faultline-policy: 1, faults, …"
    )
}

extension Policy {
    /// Reads a policy file; throws every problem of it at once. `fileName` is for messages.
    package init(bytes: some Sequence<UInt8>, fileName: String) throws(PlanError) {
        let text = try FileReading.text(of: bytes, fileName: fileName, subject: .policy)
        self = try FileReading.value(of: text, fileName: fileName, subject: .policy) { reader, root in
            reader.policy(root, fileName: fileName)
        }
    }
}

extension Reader {
    private static let policyKeys = [
        "faultline-policy", "coordinators", "operators", "faults", "interfaces", "processes", "peers",
        "ports", "longest", "most-at-once",
        "longest-lease", "stress", "services", "captures", "engines",
    ]

    func policy(_ root: Value, fileName: String) -> Policy? {
        guard let fields = Fields(root, "the policy", keys: Self.policyKeys, problems: problems) else {
            return nil
        }
        if let version = fields.required("faultline-policy", "1"), version.text != "1" {
            let message =
                "faultline-policy is \(version.shown); expected 1, the version of this format"
            problems.add("version", at: version.place, message)
        }
        let coordinators = placed("coordinators", in: fields) { names($0, "coordinators") }
        let operators = placed("operators", in: fields) { names($0, "operators") }
        let faults = placed("faults", in: fields, faultRule)
        let interfaces = placed("interfaces", in: fields) { wildcards($0, "interfaces", example: "eth0") }
        let processes = fields["processes"].map(processRules)
        let peers = fields["peers"].map(protectedPeers)
        let ports = fields["ports"].map(portRules)
        let longest = placed("longest", in: fields) {
            duration($0, "longest", from: .milliseconds(1), to: Self.longest)
        }
        let mostAtOnce = placed("most-at-once", in: fields) { count($0, "most-at-once", 1...10_000) }
        let longestLease = placed("longest-lease", in: fields) {
            duration($0, "longest-lease", from: .milliseconds(200), to: .seconds(60))
        }
        let stress = fields["stress"].map(stressRules)
        let services = placed("services", in: fields) { permission($0, "services") }
        let captures = placed("captures", in: fields) { permission($0, "captures") }
        let engines = placed("engines", in: fields, engineRules)
        guard problems.isEmpty else { return nil }
        return Policy(
            fileName: fileName,
            coordinators: coordinators,
            operators: operators,
            faults: faults,
            interfaces: interfaces,
            allowedProcesses: processes?.allow,
            protectedProcesses: processes?.never ?? [],
            protectedPeers: peers ?? [],
            protectedPorts: ports?.never ?? [],
            ssh: ports?.ssh,
            longest: longest,
            mostAtOnce: mostAtOnce,
            longestLease: longestLease,
            stress: stress ?? StressRules(),
            services: services,
            captures: captures,
            engines: engines
        )
    }

    /// What a key has, with the key's place; nil when it is not there, or wrong and reported.
    func placed<Result>(_ key: String, in fields: Fields, _ read: (Value) -> Result?) -> Placed<Result>? {
        fields[key].flatMap { heeded($0, key, read) }.map { Placed($0, at: fields.place(of: key)) }
    }

    /// No rule is lost in silence: a value that is wrong is reported, should its own reader have forgotten to.
    func heeded<Result>(_ value: Value, _ key: String, _ read: (Value) -> Result?) -> Result? {
        if let result = read(value) { return result }
        if problems.isEmpty {
            problems.add("invalid", at: value.place, "\(key) is not valid, and Faultline cannot say why")
        }
        return nil
    }

    /// `{ allow: [delay, loss] }` or `{ deny: [kill] }`.
    private func faultRule(_ value: Value) -> FaultRule? {
        let keys = ["allow", "deny"]
        guard let fields = Fields(value, "faults", keys: keys, problems: problems) else { return nil }
        let given = keys.filter { fields[$0] != nil }
        guard given.count == 1, let key = given.first, let list = fields[key] else {
            guard given.count == 2 || !keys.contains(where: fields.isMeant) else { return nil }
            let said = given.isEmpty ? "neither allow nor deny" : "allow and deny"
            problems.add("faults", at: fields.place, "faults has \(said); expected one of them")
            return nil
        }
        let items = items(list, key, most: 100)
        let kinds = items.compactMap { word($0, "kind of fault", of: FaultKind.keywords) }
        guard kinds.count == items.count else { return nil }
        return key == "allow" ? .allow(Set(kinds)) : .deny(Set(kinds))
    }

    /// One name or a list of them, with `*` for any characters; not empty.
    func wildcards(_ value: Value, _ key: String, example: String) -> [Wildcard]? {
        let items = filled(value, key, example: example)
        let names = items.compactMap { wildcard($0, key, example: example) }
        return names.isEmpty || names.count < items.count ? nil : names
    }

    /// Whole names of keys; `*` is no name, since it would mean whoever the authority ever gave a key.
    private func names(_ value: Value, _ key: String) -> [String]? {
        let items = filled(value, key, example: "laptop")
        let names = items.compactMap { item in
            heeded(item, key) { keyName($0, key) }
        }
        return names.isEmpty || names.count < items.count ? nil : names
    }

    private func keyName(_ value: Value, _ key: String) -> String? {
        let expected = "the name of a key as faultline keys list shows it, such as laptop"
        guard let name = text(value, key, expected: expected) else { return nil }
        let isName = name.unicodeScalars.allSatisfy {
            $0.isASCII
                && ($0.properties.isAlphabetic || ("0"..."9").contains($0)
                    || "-_.".unicodeScalars.contains($0))
        }
        guard isName, (1...64).contains(name.utf8.count) else {
            problems.add(
                "name",
                at: value.place,
                "\(quoted(name)) in \(key) is no name; expected \(expected)"
            )
            return nil
        }
        return name
    }

    func wildcard(_ value: Value, _ key: String, example: String) -> Wildcard? {
        let expected = "a name such as \(example); * stands for any characters"
        guard let text = text(value, key, expected: expected) else { return nil }
        guard (1...256).contains(text.utf8.count), !text.unicodeScalars.contains(where: isControl) else {
            let message = "\(quoted(text)) in \(key) is no name; expected \(expected)"
            problems.add("name", at: value.place, message)
            return nil
        }
        return Wildcard(text)
    }

    /// The items of a list that says nothing when it is empty.
    func filled(_ value: Value, _ key: String, example: String) -> [Value] {
        if value.list?.isEmpty == true {
            problems.add(
                "empty-list",
                at: value.place,
                "\(key) is an empty list; expected for example [\(example)], or leave \(key) out"
            )
        }
        return items(value, key, most: 5000)
    }

    func permission(_ value: Value, _ key: String) -> Permission? {
        word(value, key, of: Permission.allCases.map(\.rawValue)).flatMap(Permission.init)
    }
}
