import Impairments
import LinuxSystem
import Measures
import Recording

/// What probes on a path must feel of a loss, if it acts as asked. Pure. Corruption counts as well: a probe with a wrong
/// bit is not answered.
struct LossExpectation {
    let requested: String
    /// The chance that a probe is not answered; nil: the model's long-run share is not known.
    private let share: Double?
    /// By how much losses in bursts vary more than single ones: a factor on the variance.
    private let inflation: Double

    /// nil: nothing gets lost.
    init?(_ asked: Impairment, waysThrough: Int) {
        var once = asked.loss.expected?.share
        switch asked.loss {
        case .none where asked.corrupt.share == .zero: return nil
        case .none:
            requested = asked.corrupt.share.percentText
            once = asked.corrupt.correlation == .zero ? asked.corrupt.share.double : nil
        case .random(let share, _):
            requested = share.percentText
            // Of all, whatever the draws lean on.
            if share == .one { once = 1 }
        case .gilbertElliott, .fourState:
            requested = once.map { "\((100 * $0).fixed(2))% in bursts" } ?? "in bursts"
        }
        if asked.loss != .none, let known = once {
            once = 1 - (1 - known) * (1 - asked.corrupt.share.double)
        }
        inflation = max(1, asked.loss.expected?.spread ?? 1)
        share = once.map { 1 - Self.power(1 - $0, waysThrough) }
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1.0) { product, _ in product * base }
    }

    /// Within four standard deviations of a binomial count. No loss at all is never "as requested".
    func judge(before: [EchoProbe.Sample], during: [EchoProbe.Sample]) -> (String, Observation.Effect) {
        let lost = during.count { $0.roundTrip == nil }
        let observed = "\(lost) of \(during.count) probes"
        if lost == during.count, !before.contains(where: { $0.roundTrip != nil }) {
            return ("\(observed) lost; the path did not answer before either", .notMeasured)
        }
        let percent = "\((100 * Double(lost) / Double(max(1, during.count))).fixed(2)) %, \(observed)"
        guard let share else {
            return during.count < 20 || lost == 0
                ? ("\(observed) lost: too few to tell", .notMeasured) : (percent, .asRequested)
        }
        let expected = share * Double(during.count)
        guard expected >= 5, during.count >= EffectJudgement.fewest else {
            return ("\(observed) lost: too few to tell", .notMeasured)
        }
        if lost == 0 {
            // (1 - share)^n, the chance that a loss that does act spares them all.
            let independent = Int(Double(during.count) / inflation)
            return Self.power(1 - share, independent) > EffectJudgement.tooUnlikely
                ? ("none of \(during.count) probes lost, which may be chance: too few to tell", .notMeasured)
                : ("none of \(during.count) probes lost", .none)
        }
        let deviation = (expected * (1 - share) * inflation).squareRoot()
        let isNear = abs(Double(lost) - expected) <= max(1, 4 * deviation)
        return (percent, isNear ? .asRequested : .differs)
    }
}
