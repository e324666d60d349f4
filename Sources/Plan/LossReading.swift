import Impairments
import Measures

extension Reader {
    /// `loss:` with its own keys: a share, or one of two models.
    func lossModel(_ fields: Fields) -> LossModel? {
        switch (fields["share"], fields["gilbert-elliott"], fields["four-state"]) {
        case (.some, nil, nil):
            return chance(fields, "share").map { .random($0.share, correlation: $0.correlation) }
        case (nil, .some(let value), nil):
            return fields["correlation"] == nil
                ? gilbertElliott(value) : strayCorrelation(fields)
        case (nil, nil, .some(let value)):
            return fields["correlation"] == nil ? fourState(value) : strayCorrelation(fields)
        case (nil, nil, nil):
            guard !fields.isMeant("share"), !fields.isMeant("gilbert-elliott"), !fields.isMeant("four-state")
            else { return nil }
            problems.add(
                "loss",
                at: fields.place,
                "loss has no share and no model; expected share: 1%, gilbert-elliott: { p: 1%, r: 20% } or "
                    + "four-state: { p13: 1%, p31: 20% }"
            )
            return nil
        default:
            problems.add(
                "loss",
                at: fields.place,
                "loss has a share and a model, or two models; expected one of share, gilbert-elliott, four-state"
            )
            return nil
        }
    }

    /// `loss: 1%` or `loss: { … }` beside another impairment.
    func combinedLoss(_ value: Value) -> LossModel? {
        if value.text != nil {
            return share(value, "loss", zeroAllowed: true).map { $0 == .zero ? .none : .random($0) }
        }
        return Fields(value, "loss", keys: ImpairmentKind.loss.keys, problems: problems).flatMap(lossModel)
    }

    /// `1%` or `{ share: 1%, correlation: 25% }`.
    func chance(_ value: Value, _ key: String) -> Chance? {
        if value.text != nil {
            return share(value, key, zeroAllowed: true).map { Chance($0) }
        }
        return Fields(value, key, keys: ["share", "correlation"], problems: problems)
            .flatMap { chance($0, "share") }
    }

    func chance(_ fields: Fields, _ key: String) -> Chance? {
        let share = fields.required(key, "1%").flatMap { self.share($0, key) }
        let correlation = optional(fields["correlation"], .zero) {
            self.share($0, "correlation", zeroAllowed: true)
        }
        guard let share, let correlation else { return nil }
        return Chance(share, correlation: correlation)
    }

    private func strayCorrelation(_ fields: Fields) -> LossModel? {
        problems.add(
            "correlation",
            at: fields.place(of: "correlation"),
            "a loss model has its own memory and takes no correlation; expected it beside share only"
        )
        return nil
    }

    /// The defaults are tc's: r = 1 - p, everything is lost in the bad state and nothing in the good one.
    private func gilbertElliott(_ value: Value) -> LossModel? {
        let keys = ["p", "r", "1-h", "1-k"]
        guard let fields = Fields(value, "gilbert-elliott", keys: keys, problems: problems),
            let p = fields.required("p", "1%").flatMap({ share($0, "p") })
        else { return nil }
        let r = transition(fields, "r", p.complement)
        let lossInBad = transition(fields, "1-h", .one)
        let lossInGood = transition(fields, "1-k", .zero)
        guard let r, let lossInBad, let lossInGood else { return nil }
        return .gilbertElliott(toBad: p, toGood: r, lossInBad: lossInBad, lossInGood: lossInGood)
    }

    /// The defaults are tc's: p31 = 1 - p13, p32 = 0, p23 = 1, p14 = 0.
    private func fourState(_ value: Value) -> LossModel? {
        let keys = ["p13", "p31", "p32", "p23", "p14"]
        guard let fields = Fields(value, "four-state", keys: keys, problems: problems),
            let p13 = fields.required("p13", "1%").flatMap({ share($0, "p13") })
        else { return nil }
        let p31 = transition(fields, "p31", p13.complement)
        let p32 = transition(fields, "p32", .zero)
        let p23 = transition(fields, "p23", .one)
        let p14 = transition(fields, "p14", .zero)
        guard let p31, let p32, let p23, let p14 else { return nil }
        for (name, first, second) in [("p13 and p14", p13, p14), ("p31 and p32", p31, p32)]
        where first.attos > Share.one.attos - second.attos {
            problems.add(
                "four-state",
                at: fields.place,
                "\(name) leave one state and are more than 100% together; expected at most 100%"
            )
            return nil
        }
        return .fourState(p13: p13, p31: p31, p32: p32, p23: p23, p14: p14)
    }

    private func transition(_ fields: Fields, _ key: String, _ standard: Share) -> Share? {
        optional(fields[key], standard) { share($0, key, zeroAllowed: true) }
    }
}
