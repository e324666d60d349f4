package import Impairments
package import LinuxSystem
import Measures
package import Recording

/// Compares what a fault was asked to do with what probes on the path felt. Pure.
package struct EffectJudgement: Sendable {
    /// When the fault was to act, CLOCK_MONOTONIC nanoseconds.
    package let window: ActingWindow

    package init(window: ActingWindow) {
        self.window = window
    }

    /// Fewer than this say nothing.
    private static let fewest = 5
    /// As unlikely as four standard deviations, on both sides, of a normal distribution.
    private static let tooUnlikely = 6.3e-5

    package func delay(
        _ fault: String,
        peer: String,
        asked: Impairment,
        samples: [EchoProbe.Sample]
    ) -> [Observation] {
        var observations: [Observation] = []
        let during = inside(samples)
        if asked.latency > .zero || asked.jitter > .zero {
            let requested =
                asked.jitter > .zero ? "\(asked.latency.text) ± \(asked.jitter.text)" : asked.latency.text
            let (observed, effect) = added(asked, before: before(samples), during: during)
            observations.append(
                Observation(
                    fault: fault,
                    quantity: "added delay to \(peer)",
                    requested: requested,
                    observed: observed,
                    effect: effect
                )
            )
        }
        if case .random(let share, _) = asked.loss {
            let (observed, effect) = lost(share, before: before(samples), during: during)
            observations.append(
                Observation(
                    fault: fault,
                    quantity: "loss to \(peer)",
                    requested: share.percentText,
                    observed: observed,
                    effect: effect
                )
            )
        }
        return observations
    }

    package func drop(_ fault: String, peer: String, samples: [EchoProbe.Sample], packets: UInt64)
        -> Observation
    {
        // What came back after the end says nothing: it is dropped where it arrives, and it may be long under way.
        let during = inside(samples).filter { $0.sentAt + ($0.roundTrip ?? 0) < window.end }
        let lost = during.count { $0.roundTrip == nil }
        let effect: Observation.Effect =
            during.count < Self.fewest
            ? .notMeasured : lost == during.count ? .asRequested : lost == 0 ? .none : .differs
        let answered = before(samples).contains { $0.roundTrip != nil }
        return Observation(
            fault: fault,
            quantity: "packets from \(peer)",
            requested: "all dropped",
            observed: during.count < Self.fewest
                ? "too short to measure (\(during.count) probes)"
                : "\(lost) of \(during.count) probes lost, \(packets) packets dropped"
                    + (answered ? "" : "; the path did not answer before either"),
            effect: answered || effect != .asRequested ? effect : .notMeasured
        )
    }

    /// Median added round trip against the baseline's median: only one direction is delayed, so it is the delay itself.
    private func added(
        _ asked: Impairment,
        before: [EchoProbe.Sample],
        during: [EchoProbe.Sample]
    ) -> (String, Observation.Effect) {
        let base = before.compactMap(\.roundTrip).sorted()
        let felt = during.compactMap(\.roundTrip).sorted()
        guard base.count >= Self.fewest, felt.count >= Self.fewest else {
            return ("too few probes (\(base.count) before, \(felt.count) during)", .notMeasured)
        }
        let floor = base[base.count / 2]
        let median = Duration(nanoseconds: felt[felt.count / 2] - floor)
        let low = Duration(nanoseconds: felt[felt.count / 20] - floor)
        let high = Duration(nanoseconds: felt[felt.count - 1 - felt.count / 20] - floor)
        let latency = asked.latency.seconds
        // A sample's median scatters with the jitter: by √(π/2) σ/√n for a normal distribution, by less for a flat one.
        // Four of these, as for losses; 1 ms is what the path itself may do meanwhile.
        let scatter = 5.01 * asked.jitter.seconds / Double(felt.count).squareRoot()
        let tolerance = max(0.001, 0.02 * latency) + scatter
        let miss = abs(median.seconds - latency)
        let effect: Observation.Effect =
            miss <= tolerance ? .asRequested : median.seconds < 0.1 * latency ? .none : .differs
        return (
            "median \(median.rounded), 5–95 % \(low.rounded) to \(high.rounded), \(felt.count) probes", effect
        )
    }

    /// Within four standard deviations of a binomial count. No loss at all is never "as requested".
    private func lost(
        _ share: Share,
        before: [EchoProbe.Sample],
        during: [EchoProbe.Sample]
    ) -> (String, Observation.Effect) {
        let lost = during.count { $0.roundTrip == nil }
        let expected = share.double * Double(during.count)
        guard expected >= 5, during.count >= Self.fewest else {
            return ("\(lost) of \(during.count) probes lost: too few to tell", .notMeasured)
        }
        if lost == during.count, !before.contains(where: { $0.roundTrip != nil }) {
            return (
                "\(lost) of \(during.count) probes lost; the path did not answer before either", .notMeasured
            )
        }
        if lost == 0 {
            // (1 - share)^n, the chance that a loss that does act spares them all.
            let chance = during.reduce(1.0) { chance, _ in chance * (1 - share.double) }
            return chance > Self.tooUnlikely
                ? ("none of \(during.count) probes lost, which may be chance: too few to tell", .notMeasured)
                : ("none of \(during.count) probes lost", .none)
        }
        let deviation = (expected * (1 - share.double)).squareRoot()
        let effect: Observation.Effect =
            abs(Double(lost) - expected) <= max(1, 4 * deviation) ? .asRequested : .differs
        return (
            "\((100 * Double(lost) / Double(during.count)).fixed(2)) %, \(lost) of \(during.count) probes",
            effect
        )
    }

    private func before(_ samples: [EchoProbe.Sample]) -> [EchoProbe.Sample] {
        samples.filter { sample in
            guard let roundTrip = sample.roundTrip else { return sample.sentAt < window.start - 100_000_000 }
            return sample.sentAt + roundTrip < window.start
        }
    }

    /// Probes that were sent in the window: from half a millisecond after its start until 5 ms before its end, since a
    /// busy host sends a little later than it says.
    private func inside(_ samples: [EchoProbe.Sample]) -> [EchoProbe.Sample] {
        samples.filter { $0.sentAt > window.start + 500_000 && $0.sentAt < window.end - 5_000_000 }
    }
}
