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
    private static let mostTargets = 64

    /// `targets:`.
    func targets(_ value: Value, names: TargetNames) -> TargetsPlan? {
        let keys = ["availability", "latency", "recovery", "correctness"]
        guard let fields = Fields(value, "targets", keys: keys, problems: problems) else { return nil }
        let availability = each(fields["availability"], "availability") {
            self.availability($0, names: names)
        }
        let latency = each(fields["latency"], "latency") { self.latency($0, names: names) }
        let recovery = fields["recovery"].map { self.recovery($0, names: names) }
        if case .some(.none) = recovery { return nil }
        let correctness = each(fields["correctness"], "correctness") {
            self.correctness($0, histories: names.histories)
        }
        guard let availability, let latency, let correctness else { return nil }
        let plan = TargetsPlan(
            availability: availability,
            latency: latency,
            recovery: recovery.flatMap { $0 },
            correctness: correctness
        )
        let isEmpty = plan.availability.isEmpty && plan.latency.isEmpty && plan.recovery == nil
        guard !isEmpty || !plan.correctness.isEmpty else {
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

    private func availability(_ value: Value, names: TargetNames) -> AvailabilityTarget? {
        let keys = ["objective", "nines", "load", "phase", "confidence", "counting", "slice"]
        guard let fields = Fields(value, "availability", keys: keys, problems: problems) else { return nil }
        let objective = objective(fields)
        let scope = scope(fields, names: names)
        let confidence = confidence(fields["confidence"])
        let counting = optional(fields["counting"], Counting.requests) {
            word($0, "counting", of: Counting.allCases.map(\.rawValue)).flatMap(Counting.init)
        }
        let slice = optional(fields["slice"], .seconds(1)) {
            duration($0, "slice", from: .milliseconds(10), to: .seconds(3600))
        }
        guard let objective, let scope, let confidence, let counting, let slice else { return nil }
        if counting == .requests, fields["slice"] != nil {
            problems.add(
                "slice",
                at: fields.place(of: "slice"),
                "slice has no meaning here; expected counting: slices with it"
            )
            return nil
        }
        return AvailabilityTarget(
            objective: objective,
            load: scope.load,
            phase: scope.phase,
            confidence: confidence,
            counting: counting,
            slice: slice
        )
    }

    /// `objective: "99.99"`, or the same as `nines: 4`.
    private func objective(_ fields: Fields) -> ExactDecimal? {
        switch (fields["objective"], fields["nines"]) {
        case (.some(let objective), nil):
            return self.objective(objective, "objective")
        case (nil, .some(let nines)):
            return count(nines, "nines", 1...15).map { nines in
                ExactDecimal(significand: DecimalText.power(nines) - 1, exponent: 2 - nines)
            }
        default:
            let said = fields["objective"] == nil ? "no objective" : "an objective twice"
            let message = "availability has \(said); expected objective: \"99.9\", or nines: 3"
            problems.add("objective", at: fields.place, message)
            return nil
        }
    }

    private func latency(_ value: Value, names: TargetNames) -> LatencyTarget? {
        let keys = ["phase", "load", "quantile", "below", "share-under", "at-least", "confidence"]
        guard let fields = Fields(value, "latency", keys: keys, problems: problems) else { return nil }
        let scope = scope(fields, names: names)
        let confidence = confidence(fields["confidence"])
        let claim: LatencyClaim?
        switch (fields["quantile"], fields["below"], fields["share-under"], fields["at-least"]) {
        case (.some(let quantile), .some(let below), nil, nil):
            let quantile = self.quantile(quantile)
            let below = threshold(below, "below")
            claim = quantile.flatMap { quantile in below.map { .quantile(quantile, below: $0) } }
        case (nil, nil, .some(let under), .some(let atLeast)):
            let under = threshold(under, "share-under")
            let atLeast = share(atLeast, "at-least")
            claim = under.flatMap { under in atLeast.map { .shareUnder(under, atLeast: $0) } }
        default:
            let forms = "quantile: p99 with below: 50ms, or share-under: 300ms with at-least: 99%"
            problems.add(
                "latency",
                at: fields.place,
                "latency makes no claim, or half of two; expected \(forms)"
            )
            claim = nil
        }
        guard let scope, let confidence, let claim else { return nil }
        return LatencyTarget(load: scope.load, phase: scope.phase, claim: claim, confidence: confidence)
    }

    private func threshold(_ value: Value, _ key: String) -> Duration? {
        duration(value, key, from: .microseconds(1), to: .seconds(60))
    }

    private func recovery(_ value: Value, names: TargetNames) -> RecoveryTarget? {
        let keys = ["within", "steady-for"]
        guard let fields = Fields(value, "recovery", keys: keys, problems: problems) else { return nil }
        let within = fields.required("within", "5s").flatMap {
            duration($0, "within", from: .milliseconds(1), to: Self.longest)
        }
        let steadyFor = optional(fields["steady-for"], .seconds(3)) {
            duration($0, "steady-for", from: .milliseconds(100), to: .seconds(3600))
        }
        guard let within, let steadyFor else { return nil }
        guard names.faults?.isEmpty != true else {
            problems.add(
                "recovery",
                at: value.place,
                "recovery without a fault to recover from; expected one in faults"
            )
            return nil
        }
        return RecoveryTarget(within: within, steadyFor: steadyFor)
    }

    /// `load:` and `phase:`, each optional.
    private func scope(_ fields: Fields, names: TargetNames) -> (load: String?, phase: String?)? {
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

    private func known(_ value: Value, _ key: String, of names: [String]?) -> String? {
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

    /// `guard:`.
    func guards(_ value: Value, duration: Duration?) -> [GuardPlan]? {
        guard value.list != nil else {
            let expected = "a list such as - { availability-below: 50%, over: 10s }"
            problems.add("not-a-list", at: value.place, "guard is \(value.shown); expected \(expected)")
            return nil
        }
        let items = items(value, "guard", most: Self.mostTargets)
        let guards = items.compactMap { item -> GuardPlan? in
            let keys = ["availability-below", "over"]
            guard let fields = Fields(item, "guard", keys: keys, problems: problems) else { return nil }
            let share = fields.required("availability-below", "50%").flatMap {
                self.share($0, "availability-below")
            }
            let over = fields.required("over", "10s").flatMap {
                self.duration($0, "over", from: .milliseconds(100), to: duration ?? Self.longest)
            }
            guard let share, let over else { return nil }
            return .availabilityBelow(share, over: over)
        }
        return guards.count == items.count ? guards : nil
    }
}
