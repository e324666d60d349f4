import Measures

extension Reader {
    func availability(_ value: Value, names: TargetNames) -> AvailabilityTarget? {
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
}
