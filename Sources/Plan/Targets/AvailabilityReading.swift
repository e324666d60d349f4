import Measures

extension Reader {
    func availability(_ value: Value, names: TargetNames) -> AvailabilityTarget? {
        let keys = [
            "name", "objective", "nines", "target", "load", "phase", "confidence", "counting", "slice",
            "slice-target", "window", "on-insufficient-data", "stop-early",
        ]
        guard let fields = Fields(value, "availability", keys: keys, problems: problems) else { return nil }
        let name = given(fields["name"]) { self.name($0, of: "a target") }
        let objective = objective(fields)
        let scope = scope(fields, names: names)
        let confidence = confidence(fields["confidence"])
        let counting = optional(fields["counting"], Counting.requests) {
            word($0, "counting", of: Counting.allCases.map(\.rawValue)).flatMap(Counting.init)
        }
        let slice = optional(fields["slice"], .seconds(1)) {
            duration($0, "slice", from: .milliseconds(10), to: .seconds(3600))
        }
        let sliceTarget = optional(fields["slice-target"], .one) { share($0, "slice-target") }
        let window = optional(fields["window"], AvailabilityTarget.usualWindow) { self.window($0) }
        let insufficient = insufficientData(fields)
        let stopsEarly = optional(fields["stop-early"], false) { truth($0, "stop-early") }
        guard let name, let objective, let scope, let confidence, let counting, let slice, let sliceTarget,
            let window, let insufficient, let stopsEarly, hasSlices(fields, counting)
        else { return nil }
        guard !stopsEarly || scope.phase == nil else {
            let message = "stop-early with a phase; expected a target of the whole run, which can end early"
            problems.add("stop-early", at: fields.place(of: "stop-early"), message)
            return nil
        }
        guard !stopsEarly || counting != .users else {
            let message =
                "stop-early with counting: users, for which no test holds at any time; "
                + "expected counting: requests or slices with it, or no stop-early"
            problems.add("stop-early", at: fields.place(of: "stop-early"), message)
            return nil
        }
        return AvailabilityTarget(
            name: name,
            objective: objective,
            load: scope.load,
            phase: scope.phase,
            confidence: confidence,
            counting: counting,
            slice: slice,
            sliceTarget: sliceTarget,
            window: window,
            whenInsufficient: insufficient,
            stopsEarly: stopsEarly
        )
    }

    private func hasSlices(_ fields: Fields, _ counting: Counting) -> Bool {
        let idle: [(key: String, with: String)] =
            switch counting {
            case .requests: [("slice", "slices or users"), ("slice-target", "slices")]
            case .slices: []
            case .users: [("slice-target", "slices")]
            }
        guard let (key, with) = idle.first(where: { fields[$0.key] != nil }) else { return true }
        let message = "\(key) has no meaning here; expected counting: \(with) with it"
        problems.add("slice", at: fields.place(of: key), message)
        return false
    }

    /// `objective: "99.99"`, or the same as `nines: 4` or `target: 0.9999`.
    private func objective(_ fields: Fields) -> ExactDecimal? {
        switch (fields["objective"], fields["nines"], fields["target"]) {
        case (.some(let objective), nil, nil):
            return self.objective(objective, "objective")
        case (nil, .some(let nines), nil):
            return count(nines, "nines", 1...15).map { nines in
                ExactDecimal(significand: DecimalText.power(nines) - 1, exponent: 2 - nines)
            }
        case (nil, nil, .some(let target)):
            return fraction(target, "target")
        default:
            let isNone = ["objective", "nines", "target"].allSatisfy { fields[$0] == nil }
            guard !isNone || !["objective", "nines", "target"].contains(where: { fields.isMeant($0) }) else {
                return nil
            }
            let said = isNone ? "no objective" : "an objective twice"
            let message =
                "availability has \(said); expected objective: \"99.9\", nines: 3 or target: 0.999"
            problems.add("objective", at: fields.place, message)
            return nil
        }
    }

    /// "0.999": between 0 and 1, neither included, exact; as percent.
    func fraction(_ value: Value, _ key: String) -> ExactDecimal? {
        let expected = "a share between 0 and 1, such as 0.999"
        guard let text = text(value, key, expected: expected) else { return nil }
        guard let number = DecimalText(text), number.significand > 0, number.exact < 1 else {
            problems.add("objective", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        return ExactDecimal(significand: number.significand, exponent: 2 - number.places)
    }

    func insufficientData(_ fields: Fields) -> InsufficientData? {
        optional(fields["on-insufficient-data"], .inconclusive) {
            word($0, "on-insufficient-data", of: InsufficientData.allCases.map(\.rawValue))
                .flatMap(InsufficientData.init)
        }
    }

    private func truth(_ value: Value, _ key: String) -> Bool? {
        word(value, key, of: ["true", "false"]).map { $0 == "true" }
    }
}
