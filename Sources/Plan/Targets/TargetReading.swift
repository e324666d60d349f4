import Measures

/// What a target may name.
struct TargetNames {
    /// nil: the file's own are not known, so no name is wrong.
    let loads: [String]?
    let faults: [String]?
    /// What each history records; nil: they are not known.
    let histories: [String: String]?
    /// The fault that starts at 0s, so that there is no baseline.
    let firstAtZero: String?
}

extension Reader {
    static let mostTargets = 64

    /// `targets:`.
    func targets(_ value: Value, names: TargetNames) -> TargetsPlan? {
        let keys = TargetsPlan.kinds + ["openslo"]
        guard let fields = Fields(value, "targets", keys: keys, problems: problems) else { return nil }
        let availability = each(fields["availability"], "availability") {
            self.availability($0, names: names)
        }
        let latency = each(fields["latency"], "latency") { self.latency($0, names: names) }
        let recovery = optional(fields["recovery"], []) { self.recovery($0, names: names) }
        let correctness = each(fields["correctness"], "correctness") {
            self.correctness($0, histories: names.histories)
        }
        let imported = each(fields["openslo"], "openslo") { self.openSLO($0, names: names) }
        guard let availability, let latency, let recovery, let correctness, let imported else { return nil }
        let plan = TargetsPlan(
            availability: availability + imported.flatMap(\.availability),
            latency: latency + imported.flatMap(\.latency),
            recovery: recovery,
            correctness: correctness
        )
        guard plan != .none else {
            problems.add("no-target", at: value.place, "targets is empty; expected one of \(keys.listed)")
            return nil
        }
        return plan
    }

    /// One map, or a list of them.
    private func each<Target>(_ value: Value?, _ key: String, _ read: (Value) -> Target?) -> [Target]? {
        guard let value else { return [] }
        let items = items(value, key, most: Self.mostTargets)
        let targets = items.compactMap(read)
        return targets.count == items.count ? targets : nil
    }

    /// `load:` and `phase:`, each optional.
    func scope(_ fields: Fields, names: TargetNames) -> (load: String?, phase: String?)? {
        let load = fields["load"].map { self.known($0, "load", of: names.loads) }
        let phases = names.faults.map { ["baseline"] + $0 + ["recovery"] }
        let phase = fields["phase"].map { self.known($0, "phase", of: phases) }
        if case .some(.none) = load { return nil }
        if case .some(.none) = phase { return nil }
        if phase == "baseline", let fault = names.firstAtZero {
            let message =
                "there is no baseline: fault \(quoted(fault)) starts at 0s; expected it to start later"
            problems.add("no-baseline", at: fields.place(of: "phase"), message)
            return nil
        }
        return (load.flatMap { $0 }, phase.flatMap { $0 })
    }

    func known(_ value: Value, _ key: String, of names: [String]?) -> String? {
        guard let text = text(value, key, expected: names?.listed ?? "a name"), let names else { return nil }
        guard names.contains(text) else {
            let message = "unknown \(key) \(quoted(text)); expected \(names.listed)"
            problems.add(
                "unknown-\(key)",
                at: value.place,
                message,
                nearest: Spelling.nearest(to: text, in: names)
            )
            return nil
        }
        return text
    }
}
