import Impairments
import Measures

extension Reader {
    /// netem keeps jitter and gaps in 31 bits of nanoseconds.
    private static let longestJitter = Duration.nanoseconds(2_147_483_647)
    private static let longestLatency = Duration.seconds(600)

    /// One kind with its own parameters, whatever others it is combined with, and the packets concerned.
    /// A kind with one main parameter may be written as that alone: `loss: 1%`.
    func impairment(_ kind: ImpairmentKind, _ value: Value, on: Selector?, names: LabNames)
        -> (Impairment, TrafficPlan)?
    {
        if value.text != nil, let short = short(kind, value) {
            return short.flatMap { impairment in
                otherHosts(at: value.place, hosts: names.hosts) ? (impairment, TrafficPlan()) : nil
            }
        }
        let keys = kind.keys + kind.combined + Self.trafficKeys
        guard let fields = Fields(value, kind.rawValue, keys: keys, problems: problems) else { return nil }
        var asked = Impairment()
        var isWhole = true
        func take<Part>(_ part: Part?, _ set: (Part) -> Void) {
            if let part { set(part) } else { isWhole = false }
        }
        switch kind {
        case .delay: take(delay(fields, &asked)) { _ in }
        case .loss: take(lossModel(fields)) { asked.loss = $0 }
        case .duplicate: take(chance(fields, "share")) { asked.duplicate = $0 }
        case .corrupt: take(chance(fields, "share")) { asked.corrupt = $0 }
        case .rate: take(rate(fields)) { asked.rate = $0 }
        case .slots: take(slots(fields)) { asked.slots = $0 }
        }
        for key in kind.combined {
            guard let part = fields[key] else { continue }
            switch key {
            case "loss": take(combinedLoss(part)) { asked.loss = $0 }
            case "duplicate": take(chance(part, key)) { asked.duplicate = $0 }
            case "corrupt": take(chance(part, key)) { asked.corrupt = $0 }
            case "rate": take(combinedRate(part)) { asked.rate = $0 }
            default: take(combinedSlots(part)) { asked.slots = $0 }
            }
        }
        let traffic = traffic(fields, on: on, names: names)
        guard isWhole, let traffic else { return nil }
        return (asked, traffic)
    }

    /// nil: the kind has no short form.
    private func short(_ kind: ImpairmentKind, _ value: Value) -> Impairment?? {
        switch kind {
        case .delay:
            .some(
                duration(value, "latency", from: .nanoseconds(1), to: Self.longestLatency)
                    .map { Impairment(latency: $0) }
            )
        case .loss: .some(share(value, "loss").map { Impairment(loss: .random($0)) })
        case .duplicate: .some(share(value, "duplicate").map { Impairment(duplicate: Chance($0)) })
        case .corrupt: .some(share(value, "corrupt").map { Impairment(corrupt: Chance($0)) })
        case .rate: .some(combinedRate(value).map { Impairment(rate: $0) })
        case .slots: nil
        }
    }

    private func delay(_ fields: Fields, _ asked: inout Impairment) -> Void? {
        let latency = fields.required("latency", "100ms").flatMap {
            duration($0, "latency", from: .nanoseconds(1), to: Self.longestLatency)
        }
        let jitter = optional(fields["jitter"], .zero) {
            duration($0, "jitter", from: .zero, to: Self.longestJitter)
        }
        let distribution = optional(fields["distribution"], DelayDistribution.uniform, distribution)
        let correlation = optional(fields["correlation"], .zero) {
            share($0, "correlation", zeroAllowed: true)
        }
        let reordering: Reordering?? = fields["reorder"].map(reordering)
        if case .some(.none) = reordering { return nil }
        guard let latency, let jitter, let distribution, let correlation else { return nil }
        guard jitter <= latency else {
            let message =
                "jitter \(jitter.text) is more than the latency \(latency.text); a delay cannot be negative"
            problems.add("jitter", at: fields.place(of: "jitter"), message)
            return nil
        }
        if jitter == .zero, correlation != .zero || distribution != .uniform {
            let key = correlation != .zero ? "correlation" : "distribution"
            problems.add(
                "jitter",
                at: fields.place(of: key),
                "\(key) without a jitter has no effect; expected jitter: 10ms beside it"
            )
            return nil
        }
        asked.latency = latency
        asked.jitter = jitter
        asked.distribution = distribution
        asked.delayCorrelation = correlation
        asked.reordering = reordering.flatMap { $0 }
        return ()
    }

    /// A word, or an own table: `[ -8192, 0, 8192 ]`, in 8192ths of the jitter.
    private func distribution(_ value: Value) -> DelayDistribution? {
        let words: [String: DelayDistribution] = [
            "uniform": .uniform, "normal": .normal, "pareto": .pareto, "paretonormal": .paretoNormal,
        ]
        guard let list = value.list else {
            return word(value, "distribution", of: ["uniform", "normal", "pareto", "paretonormal"])
                .flatMap { words[$0] }
        }
        let entries = list.map { item in
            item.text.flatMap { Int16($0) }
        }
        guard (1...16384).contains(list.count), entries.allSatisfy({ $0 != nil }) else {
            let wrong = zip(list, entries).first { $0.1 == nil }?.0
            let expected =
                "1 to 16384 whole numbers from -32768 to 32767, each in 8192ths of the jitter"
            problems.add(
                "distribution",
                at: wrong?.place ?? value.place,
                "the distribution's table has \(wrong?.shown ?? "\(list.count) entries"); expected \(expected)"
            )
            return nil
        }
        return .entries(entries.compactMap { $0 })
    }

    private func reordering(_ value: Value) -> Reordering? {
        if value.text != nil { return share(value, "reorder").map { Reordering(share: $0) } }
        let keys = ["share", "correlation", "gap"]
        guard let fields = Fields(value, "reorder", keys: keys, problems: problems),
            let chance = chance(fields, "share")
        else { return nil }
        let gap = optional(fields["gap"], 1) { count($0, "gap", 1...1_000_000) }
        return gap.map {
            Reordering(share: chance.share, correlation: chance.correlation, gap: UInt32($0))
        }
    }
}

extension ImpairmentKind {
    /// The keys of the kind's own parameters.
    var keys: [String] {
        switch self {
        case .delay: ["latency", "jitter", "distribution", "correlation", "reorder"]
        case .loss: ["share", "correlation", "gilbert-elliott", "four-state"]
        case .duplicate, .corrupt: ["share", "correlation"]
        case .rate: ["bandwidth", "burst", "queue", "overhead"]
        case .slots: ["gap", "packets", "bytes"]
        }
    }

    /// Other impairments that may stand beside them: one fault, one set of packets.
    var combined: [String] {
        ["loss", "duplicate", "corrupt", "rate", "slots"].filter { $0 != rawValue }
    }
}
