import Measures

extension Plan {
    /// Reads an experiment file. `fileName` is for messages and gives the default of `filesFolder`.
    /// Throws every problem of the file at once; nothing was touched.
    /// `outside`: files that lie beside it. `inventory`: the hosts, of a file without any.
    package init(
        yaml: String,
        fileName: String,
        subject: Subject = .experiment,
        outside: OutsideFiles = .none,
        inventory: Inventory? = nil
    ) throws(PlanError) {
        self = try FileReading.value(
            of: yaml,
            fileName: fileName,
            subject: subject,
            outside: outside
        ) {
            $0.plan($1, fileName: fileName, inventory: inventory)
        }
    }

    /// The same from the bytes of the file, which must be UTF-8.
    package init(bytes: some Sequence<UInt8>, fileName: String) throws(PlanError) {
        let text = try FileReading.text(of: bytes, fileName: fileName, subject: .experiment)
        try self.init(yaml: text, fileName: fileName)
    }
}

extension Reader {
    private static let keys = [
        "faultline", "name", "description", "files", "lab", "hosts", "groups", "load", "history", "faults",
        "targets", "guard",
        "capture", "clock-bound", "failure-modes", "duration", "take-over",
    ]

    func plan(_ root: Value, fileName: String, inventory: Inventory?) -> Plan? {
        guard let fields = Fields(root, "the experiment", keys: Self.keys, problems: problems) else {
            return nil
        }
        checkVersion(fields)
        // Without the hosts' names every use of one would be reported as wrong.
        guard let (names, lab) = hosts(fields, inventory: inventory) else { return nil }
        var reader = self
        if names.plans.contains(where: { $0.site != nil }) {
            reader.circle = HostCircle(names.plans.compactMap { host in host.site.map { (host.name, $0) } })
        }
        return reader.plan(fields, names, lab, fileName: fileName)
    }

    private func plan(_ fields: Fields, _ names: LabNames, _ lab: LabPlan?, fileName: String) -> Plan? {
        // Whether a foreign root qdisc may be replaced: none has to be, since packets take a detour past it.
        _ = fields["take-over"].map { word($0, "take-over", of: ["true", "false"]) }
        let name = fields.required("name", "web-failover").flatMap { self.name($0, of: "the experiment") }
        let summary = optional(fields["description"], "") { text($0, "description", expected: "a text") }
        let files = optional(fields["files"], Self.baseName(fileName), filesFolder)
        let duration = fields.required("duration", "90s").flatMap {
            self.duration($0, "duration", from: .seconds(1), to: Self.longest)
        }
        let histories = fields["history"].map { self.histories($0, hosts: names.hosts) } ?? ([:], [])
        // Clients that record what they do are traffic too.
        let loads =
            fields.isMeant("history") && !fields.isMeant("load")
            ? ([], [])
            : fields.required("load", "{ browse: { … } }").map { self.loads($0, hosts: names.hosts) }
        let faults = fields["faults"].map { self.faults($0, names: names, duration: duration) } ?? ([], [])
        let hasFaults = fields["faults"] != nil
        let targetNames = TargetNames(
            loads: loads?.names,
            faults: hasFaults || !fields.isMeant("faults") ? faults.names : nil,
            histories: fields.isMeant("history") ? histories.names : [:],
            firstAtZero: faults.faults?.first { $0.plan.at == .zero }?.plan.name
        )
        let targets = targets(fields, names: targetNames, isAlone: names.hosts.isEmpty)
        let guards = optional(fields["guard"], []) { self.guards($0, duration: duration) }
        let captures = optional(fields["capture"], []) { self.captures($0, hosts: names.hosts) }
        let clockBound = optional(fields["clock-bound"], .usual, clockBound)
        let modes = optional(fields["failure-modes"], []) {
            self.failureModes($0, faults: targetNames.faults)
        }
        if let duration, let faults = faults.faults {
            checkFights(faults, hosts: names.hosts, duration: duration)
        }
        guard problems.isEmpty, let name, let summary, let files, let duration, let lab,
            let loads = loads?.loads, let histories = histories.histories, let faults = faults.faults,
            let targets, let guards, let captures, let clockBound, let modes
        else { return nil }
        let draft = Plan(
            name: name,
            summary: summary,
            filesFolder: files,
            lab: lab,
            loads: loads,
            histories: histories,
            faults: faults.map(\.plan),
            targets: targets,
            guards: guards,
            captures: captures,
            clockBound: clockBound,
            failureModes: modes,
            duration: duration,
            digest: ""
        )
        return draft.withDigest()
    }

    /// The hosts of `lab:`, of `hosts:`, or of an inventory beside the file; one of them, or none.
    private func hosts(_ fields: Fields, inventory: Inventory?) -> (names: LabNames, lab: LabPlan?)? {
        let given = ["lab", "hosts"].filter { fields[$0] != nil }
        if given.count > 1 {
            let message = "the file has lab and hosts; expected one: a lab is made, hosts are there already"
            problems.add("hosts", at: fields.place(of: "hosts"), message)
            return nil
        }
        if fields["groups"] != nil, fields["hosts"] == nil {
            let message = "groups without hosts; expected them beside hosts, or in the inventory"
            problems.add("hosts", at: fields.place(of: "groups"), message)
        }
        if let inventory {
            guard let key = given.first else {
                return (LabNames(inventory.hosts), LabPlan(hosts: inventory.hosts))
            }
            let message = "the file has \(key), and an inventory is given too; expected one of them"
            problems.add("hosts", at: fields.place(of: key), message)
            return nil
        }
        if let value = fields["hosts"] {
            return self.inventory(value, groups: fields["groups"]).map { names, hosts in
                (names, hosts.map { LabPlan(hosts: $0) })
            }
        }
        return fields["lab"].map(lab) ?? noLab(fields)
    }

    /// A file without `lab:` sends load from this host alone: there is nobody to break.
    private func noLab(_ fields: Fields) -> (names: LabNames, lab: LabPlan?)? {
        let needing = ["faults", "capture"].filter { fields.isMeant($0) }
        guard needing.isEmpty, !fields.isMeant("lab"), !fields.isMeant("hosts") else {
            _ = fields.required("lab", "{ hosts: { web1: {}, client: {} } }")
            return nil
        }
        return (LabNames(hosts: [], services: [:]), LabPlan(hosts: []))
    }

    /// A lab's experiment claims something; load alone may only be measured.
    private func targets(_ fields: Fields, names: TargetNames, isAlone: Bool) -> TargetsPlan? {
        if isAlone, !fields.isMeant("targets") {
            return TargetsPlan.none
        }
        return fields.required("targets", "{ availability: { objective: \"99.9\" } }")
            .flatMap { self.targets($0, names: names) }
    }

    private func checkVersion(_ fields: Fields) {
        guard let version = fields.required("faultline", "1"), version.text != "1" else { return }
        problems.add(
            "version",
            at: version.place,
            "faultline is \(version.shown); expected 1, the version of this format"
        )
    }

    /// `capture:`, one host or a list; an empty list is the default, written out.
    private func captures(_ value: Value, hosts: [String]) -> [String]? {
        guard !circle.isInventory || value.list?.isEmpty == true else {
            let message =
                "capture writes packets into the run's folder, which only a lab's hosts reach; leave it out"
            problems.add("capture", at: value.place, message)
            return nil
        }
        return value.list?.isEmpty == true ? [] : hostList(value, "capture", hosts: hosts)
    }

    /// A folder beside the file.
    private func filesFolder(_ value: Value) -> String? {
        let expected = "the name of a folder beside this file, such as web-failover"
        guard let text = text(value, "files", expected: expected) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isInside = parts.allSatisfy { !$0.isEmpty && $0 != ".." && $0 != "." }
        guard isInside, text.utf8.count <= 255, !text.unicodeScalars.contains(where: isControl) else {
            problems.add("files", at: value.place, "files is \(quoted(text)); expected \(expected)")
            return nil
        }
        return text
    }

    /// "a/web-failover.yaml" → "web-failover".
    static func baseName(_ fileName: String) -> String {
        let last = fileName.split(separator: "/").last.map(String.init) ?? fileName
        for ending in [".yaml", ".yml"] where last.hasSuffix(ending) && last.count > ending.count {
            return String(last.dropLast(ending.count))
        }
        return last
    }
}
