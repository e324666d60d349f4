import Impairments
import LinuxSystem
import Measures
import Recording

/// What probes on a path must feel of a delay, if it acts as asked. Pure.
struct DelayExpectation {
    /// Of the added round trip, seconds.
    let median: Double
    /// How far a median of n probes may be off it: this over √n, seconds.
    private let scatter: Double
    /// What the path itself, and slots, may add.
    private let allowance: Double
    /// Packets that overtake are not delayed, and say nothing of the delay.
    private let overtakes: Bool

    init(_ asked: Impairment, waysThrough: Int) {
        let ways = Double(waysThrough)
        let jitter = asked.jitter.seconds
        let middle = asked.distribution.medianEntry * jitter
        median = ways * (asked.latency.seconds + middle)
        // A sample's median scatters with the jitter: by √(π/2) σ/√n for a normal distribution, by less for a flat one.
        // Four of these, as for losses. Draws that lean on the one before say less: n (1-ρ)/(1+ρ) of them count.
        let correlation = min(asked.delayCorrelation.double, 0.99)
        let dependence = ((1 + correlation) / (1 - correlation)).squareRoot()
        scatter = 5.01 * jitter * ways.squareRoot() * dependence
        // 1 ms, or 2 %, is what the path may do meanwhile; whoever waits for a slot waits up to its length.
        allowance = max(0.001, 0.02 * median) + ways * (asked.slots?.maximum.seconds ?? 0)
        overtakes = asked.reordering != nil
    }

    func judge(before: [EchoProbe.Sample], during: [EchoProbe.Sample]) -> (String, Observation.Effect) {
        let base = before.compactMap(\.roundTrip).sorted()
        guard base.count >= EffectJudgement.fewest else {
            return ("too few probes (\(base.count) before)", .notMeasured)
        }
        let floor = base[base.count / 2]
        var felt = during.compactMap(\.roundTrip).sorted()
        let all = felt.count
        if overtakes { felt = felt.filter { Double($0 - floor) > 0.5e9 * median } }
        guard felt.count >= EffectJudgement.fewest else {
            return all >= 40 && overtakes
                ? ("none of \(all) probes delayed", .none)
                : ("too few probes (\(base.count) before, \(felt.count) during)", .notMeasured)
        }
        let middle = Duration(nanoseconds: felt[felt.count / 2] - floor)
        let low = Duration(nanoseconds: felt[felt.count / 20] - floor)
        let high = Duration(nanoseconds: felt[felt.count - 1 - felt.count / 20] - floor)
        let tolerance = allowance + scatter / Double(felt.count).squareRoot()
        let effect: Observation.Effect =
            abs(middle.seconds - median) <= tolerance
            ? .asRequested : middle.seconds < 0.1 * median ? .none : .differs
        return (
            "median \(middle.rounded), 5–95 % \(low.rounded) to \(high.rounded), \(felt.count) probes"
                + (overtakes ? ", \(all - felt.count) sent ahead" : ""),
            effect
        )
    }
}

extension DelayDistribution {
    /// The middle of the spread, in jitters: 0 where it is symmetric.
    fileprivate var medianEntry: Double {
        guard let sorted = entries?.sorted(), !sorted.isEmpty else { return 0 }
        return (Double(sorted[(sorted.count - 1) / 2]) + Double(sorted[sorted.count / 2])) / 2 / 8192
    }
}
