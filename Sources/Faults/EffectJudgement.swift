package import Impairments
package import LinuxSystem
import Measures
package import Recording

/// Compares what a fault was asked to do with what probes on the path felt. Pure.
package struct EffectJudgement: Sendable {
    /// When the fault was to act, CLOCK_MONOTONIC nanoseconds.
    package let window: ActingWindow
    /// Stretches in which other faults act on the same path: what is felt then is not this one's effect alone.
    package let shared: [Range<Int64>]

    package init(window: ActingWindow, shared: [Range<Int64>] = []) {
        self.window = window
        self.shared = shared
    }

    /// Fewer than this say nothing.
    static let fewest = 5
    /// As unlikely as four standard deviations, on both sides, of a normal distribution.
    static let tooUnlikely = 6.3e-5

    /// `waysThrough`: how often a probe and its answer pass the fault: 2 when it acts both ways.
    package func delay(
        _ fault: String,
        peer: String,
        asked: Impairment,
        waysThrough: Int = 1,
        samples: [EchoProbe.Sample]
    ) -> [Observation] {
        var observations: [Observation] = []
        let during = inside(samples)
        if asked.latency > .zero || asked.jitter > .zero {
            let requested =
                (asked.jitter > .zero ? "\(asked.latency.text) ± \(asked.jitter.text)" : asked.latency.text)
                + (waysThrough > 1 ? " each way" : "")
            let expected = DelayExpectation(asked, waysThrough: waysThrough)
            let (observed, effect) = expected.judge(before: before(samples), during: during)
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
        if let expected = LossExpectation(asked, waysThrough: waysThrough) {
            let (observed, effect) = expected.judge(before: before(samples), during: during)
            observations.append(
                Observation(
                    fault: fault,
                    quantity: "\(asked.loss == .none ? "corruption" : "loss") to \(peer)",
                    requested: expected.requested,
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
                ? "too short, or not alone, to measure (\(during.count) probes); \(packets) packets dropped"
                : "\(lost) of \(during.count) probes lost, \(packets) packets dropped"
                    + (answered ? "" : "; the path did not answer before either"),
            effect: answered || effect != .asRequested ? effect : .notMeasured
        )
    }

    /// What the backend counted. No packet at all is no effect: the fault hit nothing. Where it counts by kind, each part
    /// that is drawn for each packet is judged by that.
    package func tally(_ fault: String, asked: Impairment, tally: Tally) -> [Observation] {
        let hit = Observation(
            fault: fault,
            quantity: "packets that it took hold of",
            requested: asked.words,
            observed: tally.seen == 0 ? "none: no packet matched" : tally.words,
            effect: tally.seen == 0 ? .none : .asRequested
        )
        guard tally.countsKinds else { return [hit] }
        return [hit] + TallyJudgement().observations(fault, asked: asked, tally: tally)
    }

    package func dropped(_ fault: String, tally: Tally) -> Observation {
        Observation(
            fault: fault,
            quantity: "packets dropped",
            requested: "all that match",
            observed: tally.seen == 0 ? "none: no packet matched" : "\(tally.seen)",
            effect: tally.seen == 0 ? .none : .asRequested
        )
    }

    private func isShared(_ sample: EchoProbe.Sample) -> Bool {
        // On its way while the other acts: from half a millisecond before, as clocks differ a little.
        let left = sample.sentAt + (sample.roundTrip ?? 0)
        return shared.contains { left > $0.lowerBound - 500_000 && sample.sentAt < $0.upperBound + 500_000 }
    }

    private func before(_ samples: [EchoProbe.Sample]) -> [EchoProbe.Sample] {
        samples.filter { sample in
            guard !isShared(sample) else { return false }
            guard let roundTrip = sample.roundTrip else { return sample.sentAt < window.start - 100_000_000 }
            return sample.sentAt + roundTrip < window.start
        }
    }

    /// Probes that were sent in the window: from half a millisecond after its start until 5 ms before its end, since a
    /// busy host sends a little later than it says.
    private func inside(_ samples: [EchoProbe.Sample]) -> [EchoProbe.Sample] {
        samples.filter { sample in
            sample.sentAt > window.start + 500_000 && sample.sentAt < window.end - 5_000_000
                && !isShared(sample)
        }
    }
}
