import Measures

extension Reader {
    func latency(_ value: Value, names: TargetNames) -> LatencyTarget? {
        let keys = [
            "name", "phase", "load", "quantile", "below", "share-under", "at-least", "confidence",
            "on-insufficient-data",
        ]
        guard let fields = Fields(value, "latency", keys: keys, problems: problems) else { return nil }
        let name = given(fields["name"]) { self.name($0, of: "a target") }
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
        let insufficient = insufficientData(fields)
        guard let name, let scope, let confidence, let claim, let insufficient else { return nil }
        return LatencyTarget(
            name: name,
            load: scope.load,
            phase: scope.phase,
            claim: claim,
            confidence: confidence,
            whenInsufficient: insufficient
        )
    }

    private func threshold(_ value: Value, _ key: String) -> Duration? {
        duration(value, key, from: .microseconds(1), to: .seconds(60))
    }
}
