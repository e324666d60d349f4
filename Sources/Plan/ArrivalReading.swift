import Measures

extension Reader {
    private static let mostSteps = 1000

    /// `rate:` of a load: 500/s, or a map of one process.
    func arrivals(_ value: Value) -> ArrivalProcess? {
        guard value.pairs != nil else { return rate(value, "rate").map { .constant(perSecond: $0) } }
        let keys = ["poisson", "ramp", "steps", "sine", "trace", "closed"]
        guard let fields = Fields(value, "rate", keys: keys, problems: problems) else { return nil }
        let present = keys.filter { fields[$0] != nil }
        guard present.count == 1, let key = present.first, let process = fields[key] else {
            let expected =
                "500/s, { poisson: 500/s }, { ramp: { from: 0/s, to: 2000/s } }, "
                + "{ steps: [ { rate: 100/s, for: 10s }, { rate: 500/s, for: 10s } ] }, "
                + "{ sine: { mean: 500/s, amplitude: 400/s, period: 60s } }, { trace: arrivals.csv } or { closed: { users: 64, think: 10ms } }"
            problems.add("rate", at: value.place, "rate names no process, or two; expected \(expected)")
            return nil
        }
        switch key {
        case "poisson": return rate(process, "poisson").map { .poisson(perSecond: $0) }
        case "ramp": return ramp(process)
        case "steps": return steps(process)
        case "closed": return closed(process)
        case "trace": return trace(process)
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

    private func closed(_ value: Value) -> ArrivalProcess? {
        guard let fields = Fields(value, "closed", keys: ["users", "think"], problems: problems) else {
            return nil
        }
        let users = fields.required("users", "64").flatMap { count($0, "users", 1...10_000) }
        let think = optional(fields["think"], .constant(.zero), thinkTime)
        guard let users, let think else { return nil }
        return .closed(users: users, think: think)
    }

    /// "10ms", or { exponential: 10ms }.
    private func thinkTime(_ value: Value) -> ThinkTime? {
        guard value.pairs != nil else {
            return duration(value, "think", from: .zero, to: .seconds(3600)).map { .constant($0) }
        }
        return Fields(value, "think", keys: ["exponential"], problems: problems)?
            .required("exponential", "10ms")
            .flatMap { duration($0, "exponential", from: .microseconds(1), to: .seconds(3600)) }
            .map { .exponential(mean: $0) }
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
