import Measures

extension CanonicalText {
    static func targets(_ targets: TargetsPlan) -> [String] {
        let availability = targets.availability.map { target in
            let slice: String? = target.counting == .slices ? target.slice.text : nil
            return map([
                ("objective", quote(target.objective.plainText)),
                ("load", target.load.map(quote)),
                ("phase", target.phase.map(quote)),
                ("confidence", percent(target.confidence)),
                ("counting", target.counting.rawValue),
                ("slice", slice),
            ])
        }
        let latency = targets.latency.map { target in
            let scope = [("load", target.load.map(quote)), ("phase", target.phase.map(quote))]
            let claim: [(String, String?)] =
                switch target.claim {
                case .quantile(let quantile, let below):
                    [("quantile", "p" + quantile.hundredfold.plainText), ("below", below.text)]
                case .shareUnder(let threshold, let share):
                    [("share-under", threshold.text), ("at-least", share.percentText)]
                }
            return map(scope + claim + [("confidence", percent(target.confidence))])
        }
        var lines = ["availability: \(list(availability))", "latency: \(list(latency))"]
        if let recovery = targets.recovery {
            let map = map([("within", recovery.within.text), ("steady-for", recovery.steadyFor.text)])
            lines.append("recovery: \(map)")
        }
        return lines
    }

    /// Nine decimals of a percent: as many as a file may give.
    private static func percent(_ confidence: Double) -> String {
        let value = Int128((confidence * 1e11).rounded())
        return ExactDecimal(significand: value, exponent: -9).plainText + "%"
    }
}

extension ExactDecimal {
    fileprivate var hundredfold: ExactDecimal {
        ExactDecimal(significand: significand, exponent: exponent + 2)
    }
}
