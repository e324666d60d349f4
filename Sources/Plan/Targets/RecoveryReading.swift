import Measures

extension Reader {
    private static let claims = ["within", "outage", "errors", "longest-burst"]

    /// `recovery:`, one map or a list of them.
    func recovery(_ value: Value, names: TargetNames) -> [RecoveryTarget]? {
        guard names.faults?.isEmpty != true else {
            let message = "recovery without a fault to recover from; expected one in faults"
            problems.add("recovery", at: value.place, message)
            return nil
        }
        let items = items(value, "recovery", most: Self.mostTargets)
        let targets = items.compactMap { recoveryTarget($0, names: names) }
        guard targets.count == items.count else { return nil }
        // A run is cut into outages once, by one rule.
        for (item, target) in zip(items, targets) where target.steadyFor != targets[0].steadyFor {
            let message =
                "steady-for is \(target.steadyFor.text) here and \(targets[0].steadyFor.text) before; "
                + "expected the same for all"
            problems.add("steady-for", at: item.place, message)
            return nil
        }
        return targets
    }

    private func recoveryTarget(_ value: Value, names: TargetNames) -> RecoveryTarget? {
        let keys = ["fault"] + Self.claims + ["after", "steady-for"]
        guard let fields = Fields(value, "recovery", keys: keys, problems: problems) else { return nil }
        let fault = given(fields["fault"]) { self.known($0, "fault", of: names.faults) }
        let within = given(fields["within"]) { self.recoveryTime($0, "within") }
        let outage = given(fields["outage"]) { self.recoveryTime($0, "outage") }
        let errors = given(fields["errors"]) { self.count($0, "errors", 0...Self.mostErrors) }
        let burst = given(fields["longest-burst"]) {
            self.count($0, "longest-burst", 0...Self.mostErrors)
        }
        let origin = optional(fields["after"], RecoveryOrigin.faultStart) {
            word($0, "after", of: RecoveryOrigin.allCases.map(\.rawValue)).flatMap(RecoveryOrigin.init)
        }
        let steadyFor = optional(fields["steady-for"], .seconds(3)) {
            duration($0, "steady-for", from: .milliseconds(100), to: .seconds(3600))
        }
        guard let fault, let within, let outage, let errors, let burst, let origin, let steadyFor else {
            return nil
        }
        guard Self.claims.contains(where: { fields.isMeant($0) }) else {
            let message =
                "recovery says nothing that can be missed; expected one of \(Self.claims.listed), such as within: 5s"
            problems.add("recovery", at: value.place, message)
            return nil
        }
        guard fields["after"] == nil || fields.isMeant("within") else {
            let message = "after says from when within counts, and there is no within; expected both"
            problems.add("after", at: fields.place(of: "after"), message)
            return nil
        }
        return RecoveryTarget(
            fault: fault,
            within: within,
            origin: origin,
            outage: outage,
            errors: errors,
            longestBurst: burst,
            steadyFor: steadyFor
        )
    }

    private static let mostErrors = 1_000_000_000

    private func recoveryTime(_ value: Value, _ key: String) -> Duration? {
        duration(value, key, from: .milliseconds(1), to: Self.longest)
    }
}
