import Measures

extension Reader {
    private static let mostSteps = 1000

    /// `rate:` of a load: 500/s, or a map of one process.
    func arrivals(_ value: Value) -> ArrivalProcess? {
        guard value.pairs != nil else { return rate(value, "rate").map { .constant(perSecond: $0) } }
        let keys = ["poisson", "ramp", "steps", "sine"]
        guard let fields = Fields(value, "rate", keys: keys, problems: problems) else { return nil }
        let present = keys.filter { fields[$0] != nil }
        guard present.count == 1, let key = present.first, let process = fields[key] else {
            let expected =
                "500/s, { poisson: 500/s }, { ramp: { from: 0/s, to: 2000/s } }, "
                + "{ steps: [ { rate: 100/s, for: 10s }, { rate: 500/s, for: 10s } ] } "
                + "or { sine: { mean: 500/s, amplitude: 400/s, period: 60s } }"
            problems.add("rate", at: value.place, "rate names no process, or two; expected \(expected)")
            return nil
        }
        switch key {
        case "poisson": return rate(process, "poisson").map { .poisson(perSecond: $0) }
        case "ramp": return ramp(process)
        case "steps": return steps(process)
        default: return sine(process)
        }
    }

    private func ramp(_ value: Value) -> ArrivalProcess? {
        guard let ends = Fields(value, "ramp", keys: ["from", "to"], problems: problems) else { return nil }
        let from = ends.required("from", "0/s").flatMap { rate($0, "from", zeroAllowed: true) }
        let to = ends.required("to", "2000/s").flatMap { rate($0, "to", zeroAllowed: true) }
        guard let from, let to else { return nil }
        guard max(from, to) > 0 else {
            problems.add(
                "out-of-range",
                at: value.place,
                "ramp stays at 0/s; expected a rate above 0/s at one end"
            )
            return nil
        }
        return .ramp(fromPerSecond: from, toPerSecond: to)
    }

    private func steps(_ value: Value) -> ArrivalProcess? {
        let items = items(value, "steps", most: Self.mostSteps)
        let steps = items.compactMap { item -> RateStep? in
            guard let fields = Fields(item, "a step", keys: ["rate", "for"], problems: problems) else {
                return nil
            }
            let rate = fields.required("rate", "100/s").flatMap { self.rate($0, "rate", zeroAllowed: true) }
            let lasting = fields.required("for", "10s").flatMap {
                duration($0, "for", from: .milliseconds(1), to: Self.longest)
            }
            guard let rate, let lasting else { return nil }
            return RateStep(perSecond: rate, lasting: lasting)
        }
        guard steps.count == items.count else { return nil }
        guard steps.contains(where: { $0.perSecond > 0 }) else {
            let message = "steps never leave 0/s; expected a rate above 0/s in one of them"
            problems.add("out-of-range", at: value.place, message)
            return nil
        }
        return .steps(steps)
    }

    private func sine(_ value: Value) -> ArrivalProcess? {
        let keys = ["mean", "amplitude", "period"]
        guard let fields = Fields(value, "sine", keys: keys, problems: problems) else { return nil }
        let mean = fields.required("mean", "500/s").flatMap { rate($0, "mean") }
        let amplitude = fields.required("amplitude", "400/s").flatMap { rate($0, "amplitude") }
        let period = fields.required("period", "60s").flatMap {
            duration($0, "period", from: .milliseconds(100), to: Self.longest)
        }
        guard let mean, let amplitude, let period else { return nil }
        guard amplitude <= mean else {
            let message = "amplitude is above mean, and no rate is below zero; expected at most the mean"
            problems.add("out-of-range", at: fields.place(of: "amplitude"), message)
            return nil
        }
        return .sine(SineRate(meanPerSecond: mean, amplitudePerSecond: amplitude, period: period))
    }
}
