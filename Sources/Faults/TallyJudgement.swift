package import Impairments
import Measures
package import Recording

/// Compares what a fault was asked to do with what its backend counted, for the parts that no probe of a path can feel one
/// by one. Pure.
package struct TallyJudgement: Sendable {
    package init() {}

    /// One observation for each part that is drawn for each packet: losses in bursts, duplicates, damage, overtaking. What
    /// has no expected value (correlated draws) only has to have happened.
    package func observations(_ fault: String, asked: Impairment, tally: Tally) -> [Observation] {
        var observations: [Observation] = []
        let add = { (quantity: String, requested: String, count: UInt64, total: UInt64, law: Law?) in
            observations.append(
                Observation(
                    fault: fault,
                    quantity: quantity,
                    requested: requested,
                    observed: Self.words(count, of: total),
                    effect: Self.effect(count, of: total, law)
                )
            )
        }
        switch asked.loss {
        case .none, .random(_, correlation: .zero): break
        default:
            let law = asked.loss.expected.map { Law(share: $0.share, spread: $0.spread) }
            let requested = law.map { "\((100 * $0.share).fixed(2)) % in the long run" } ?? "some"
            add("packets lost", requested, tally.dropped, tally.seen + tally.duplicated, law)
        }
        let delivered = tally.seen + tally.duplicated - min(tally.dropped, tally.seen)
        // Of those that are lost as well, none is duplicated.
        let spared = 1 - (asked.loss.expected?.share ?? 0)
        if asked.duplicate != .never {
            let law = asked.duplicate.law.map { Law(share: $0.share * spared, spread: 1) }
            add("packets duplicated", asked.duplicate.share.percentText, tally.duplicated, tally.seen, law)
        }
        if asked.corrupt != .never {
            let (chance, law) = (asked.corrupt.share.percentText, asked.corrupt.law)
            add("packets damaged", chance, tally.corrupted, delivered, law)
        }
        if let reordering = asked.reordering {
            let law = reordering.expectedShare.map { Law(share: $0, spread: 1) }
            let requested = "\(reordering.share.percentText), every \(reordering.gap)."
            add("packets sent ahead", requested, tally.overtaken, delivered, law)
        }
        return observations
    }

    fileprivate struct Law {
        let share: Double
        /// Variance as a multiple of a binomial count's.
        let spread: Double
    }

    private static func words(_ count: UInt64, of total: UInt64) -> String {
        guard total > 0 else { return "no packet" }
        return "\((100 * Double(count) / Double(total)).fixed(2)) %, \(count) of \(total) packets"
    }

    /// Within four standard deviations. Nothing at all, where at least five were to be expected, is no effect.
    private static func effect(_ count: UInt64, of total: UInt64, _ law: Law?) -> Observation.Effect {
        guard let law else { return count > 0 ? .asRequested : .notMeasured }
        let expected = law.share * Double(total)
        guard expected >= 5 else { return .notMeasured }
        guard count > 0 else { return .none }
        let deviation = (expected * (1 - min(law.share, 1)) * law.spread).squareRoot()
        return abs(Double(count) - expected) <= max(1, 4 * deviation) ? .asRequested : .differs
    }
}

extension Chance {
    fileprivate var law: TallyJudgement.Law? {
        correlation == .zero ? TallyJudgement.Law(share: share.double, spread: 1) : nil
    }
}
