import Statistics

extension Difference {
    /// What an interval of the change says.
    static func answer(_ interval: Interval?) -> Answer {
        guard let interval else { return .unknown }
        return interval.lower > 0 ? .worse : interval.upper < 0 ? .better : .noDifference
    }

    init(_ before: RunFigures.Phase, _ after: RunFigures.Phase) {
        let change = ShareDifference(
            before: before.sample,
            after: after.sample,
            confidence: RunFigures.confidence
        )
        let shares = [before, after].map { $0.due > 0 ? Double($0.bad) / Double($0.due) : nil }
        let few =
            "failures came in too few groups, fewer than \(Int(ShareDifference.fewestGroups)) in both runs together"
        self.init(
            phase: before.phase,
            load: before.load,
            measure: .failures,
            before: shares[0],
            after: shares[1],
            change: shares[0].flatMap { first in shares[1].map { $0 - first } },
            changeLower: change?.interval.lower,
            changeUpper: change?.interval.upper,
            answer: Self.answer(change?.interval),
            why: change != nil
                ? nil : before.due > 0 && after.due > 0 ? few : "no request was due in one of them"
        )
    }

    init(
        _ first: RunFigures.Quantile,
        _ second: RunFigures.Quantile,
        of phase: RunFigures.Phase,
        as measure: Measure
    ) {
        let (x, y) = (first.estimate, second.estimate)
        let change: Interval? = x.interval.flatMap { before in
            y.interval.map { after in
                IntervalDifference.interval(before: (x.point, before), after: (y.point, after))
            }
        }
        let ratio: Interval? = x.interval.flatMap { before in
            y.interval.flatMap { after in
                IntervalDifference.ratio(before: (x.point, before), after: (y.point, after))
            }
        }
        let isKnown = x.point.isFinite && y.point.isFinite && x.point > 0
        self.init(
            phase: phase.phase,
            load: phase.load,
            measure: measure,
            before: first.milliseconds,
            after: second.milliseconds,
            change: isKnown ? y.point - x.point : nil,
            changeLower: change?.lower.finite,
            changeUpper: change?.upper.finite,
            ratio: isKnown ? y.point / x.point - 1 : nil,
            ratioLower: ratio?.lower.finite,
            ratioUpper: ratio?.upper.finite,
            // A ratio's interval is as wide below as above, so it decides where there is one.
            answer: Self.answer(ratio ?? change),
            why: first.why ?? second.why
        )
    }

    init(_ before: RunFigures.Fault, _ after: RunFigures.Fault, as measure: Measure) {
        let values = [before, after].map { fault in
            fault.occurrences.map { occurrence in
                measure == .outage
                    ? occurrence.outageSeconds : occurrence.censored ? .infinity : occurrence.recoverySeconds
            }
        }
        let shift = RankShift(before: values[0], after: values[1], confidence: RunFigures.confidence)
        let isUntouched = values.joined().allSatisfy { $0 == 0 }
        let few =
            "\(Words.plural(values[0].count, "occurrence")) and \(values[1].count) are too few: at least 4 of each"
        self.init(
            fault: before.fault,
            measure: measure,
            before: Self.median(values[0])?.finite,
            after: Self.median(values[1])?.finite,
            change: shift?.point.finite,
            changeLower: shift?.interval?.lower.finite,
            changeUpper: shift?.interval?.upper.finite,
            answer: isUntouched ? .noDifference : Self.answer(shift?.interval),
            why: shift?.interval == nil && !isUntouched ? few : nil
        )
    }

    /// Of the two in the middle the greater.
    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }
}

extension Double {
    var finite: Double? { isFinite ? self : nil }
}

extension RunFigures.Phase {
    fileprivate var sample: BurstySample {
        BurstySample(trials: due, failures: bad, inflation: inflation)
    }
}

extension RunFigures.Quantile {
    /// Milliseconds.
    fileprivate var estimate: (point: Double, interval: Interval?) {
        let ends = interval.map { Interval(lower: $0.lower, upper: $0.upper ?? .infinity) }
        return (milliseconds ?? .infinity, ends)
    }
}
