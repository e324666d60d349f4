import Measures

extension CanonicalText {
    static func targets(_ targets: TargetsPlan) -> [String] {
        var lines = [
            "availability: \(list(targets.availability.map(availability)))",
            "latency: \(list(targets.latency.map(latency)))",
        ]
        // One without a list, as before there could be several: old digests stay what they are.
        let recovery = targets.recovery.map(recovery)
        if !recovery.isEmpty {
            lines.append("recovery: \(recovery.count == 1 ? recovery[0] : list(recovery))")
        }
        if !targets.correctness.isEmpty {
            lines.append("correctness: \(list(targets.correctness.map(correctness)))")
        }
        return lines
    }

    /// What came later is left out where it is as usual.
    private static func availability(_ target: AvailabilityTarget) -> String {
        let isSliced = target.counting != .requests
        return map([
            ("name", target.name.map(quote)),
            ("objective", quote(target.objective.plainText)),
            ("load", target.load.map(quote)),
            ("phase", target.phase.map(quote)),
            ("confidence", percent(target.confidence)),
            ("counting", target.counting.rawValue),
            ("slice", isSliced ? target.slice.text : nil),
            ("slice-target", isSliced && target.sliceTarget != .one ? target.sliceTarget.percentText : nil),
            ("window", target.window == AvailabilityTarget.usualWindow ? nil : hours(target.window)),
            ("on-insufficient-data", insufficient(target.whenInsufficient)),
            ("stop-early", target.stopsEarly ? "true" : nil),
        ])
    }

    private static func latency(_ target: LatencyTarget) -> String {
        let claim: [(String, String?)] =
            switch target.claim {
            case .quantile(let quantile, let below):
                [("quantile", "p" + quantile.hundredfold.plainText), ("below", below.text)]
            case .shareUnder(let threshold, let share):
                [("share-under", threshold.text), ("at-least", share.percentText)]
            }
        let scope = [
            ("name", target.name.map(quote)), ("load", target.load.map(quote)),
            ("phase", target.phase.map(quote)),
        ]
        let rest = [
            ("confidence", percent(target.confidence)),
            ("on-insufficient-data", insufficient(target.whenInsufficient)),
        ]
        return map(scope + claim + rest)
    }

    private static func recovery(_ target: RecoveryTarget) -> String {
        map([
            ("fault", target.fault.map(quote)),
            ("within", target.within?.text),
            ("after", target.origin == .faultStart ? nil : target.origin.rawValue),
            ("outage", target.outage?.text),
            ("errors", target.errors.map { "\($0)" }),
            ("longest-burst", target.longestBurst.map { "\($0)" }),
            ("steady-for", target.steadyFor.text),
        ])
    }

    private static func insufficient(_ answer: InsufficientData) -> String? {
        answer == .inconclusive ? nil : answer.rawValue
    }

    private static func hours(_ window: Duration) -> String { "\(window.nanoseconds / 3_600_000_000_000)h" }

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
