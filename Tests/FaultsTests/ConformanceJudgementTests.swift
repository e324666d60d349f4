import Faults
import Impairments
import LinuxSystem
import Measures
import Recording
import Testing

/// Requested against observed, from samples that were made up for the purpose: what is said of each is known.
@Suite("The judgement of an effect")
struct ConformanceJudgementTests {
    typealias Effect = Observation.Effect

    static let millisecond: Int64 = 1_000_000
    /// Acts from second 10 to second 12.
    static let window = ActingWindow(start: 10_000 * millisecond, end: 12_000 * millisecond)

    /// Probes every 10 ms from second 9 to second 13; `roundTrip` gives the milliseconds of each that is sent while the
    /// fault acts, by its number, nil for lost. Outside it is 1 ms.
    static func samples(
        every distance: Int64 = 10,
        outside: Double? = 1,
        _ roundTrip: (Int) -> Double?
    ) -> [EchoProbe.Sample] {
        var inside = 0
        return stride(from: Int64(9000), to: 13_000, by: Int(distance)).map { sentAt in
            var milliseconds = outside
            if sentAt >= 10_000, sentAt < 12_000 {
                milliseconds = roundTrip(inside)
                inside += 1
            }
            return EchoProbe.Sample(
                sentAt: sentAt * millisecond,
                roundTrip: milliseconds.map { Int64($0 * Double(millisecond)) }
            )
        }
    }

    private static func parameters(_ latency: Int64, jitter: Int64 = 0, loss: String = "0%") throws
        -> Impairment
    {
        let share = try #require(Share(loss))
        return Impairment(
            latency: Duration(nanoseconds: latency * millisecond),
            jitter: Duration(nanoseconds: jitter * millisecond),
            loss: share == .zero ? .none : .random(share)
        )
    }

    struct DelayRow: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var latency: Int64 = 100
        var jitter: Int64 = 0
        var distance: Int64 = 10
        var outside: Double? = 1
        let roundTrip: @Sendable (Int) -> Double?
        let effect: Effect

        init(
            _ reason: String,
            latency: Int64 = 100,
            jitter: Int64 = 0,
            every distance: Int64 = 10,
            outside: Double? = 1,
            _ effect: Effect,
            _ roundTrip: @escaping @Sendable (Int) -> Double?
        ) {
            (testDescription, self.latency, self.jitter) = (reason, latency, jitter)
            (self.distance, self.outside, self.roundTrip, self.effect) = (
                distance, outside, roundTrip, effect
            )
        }
    }

    static let delays: [DelayRow] = [
        DelayRow("exactly what was asked", .asRequested) { _ in 101 },
        DelayRow("2 % more, the edge of the tolerance", .asRequested) { _ in 102.9 },
        DelayRow("a little beyond it", .differs) { _ in 103.2 },
        DelayRow("a little less than it", .differs) { _ in 98.8 },
        DelayRow("nothing felt", .none) { _ in 1 },
        DelayRow("half", .differs) { _ in 51 },
        DelayRow("both ways instead of one", .differs) { _ in 201 },
        DelayRow("on every second packet only: the median is one or the other", .differs) {
            $0 % 2 == 0 ? 52 : 60
        },
        DelayRow("a slow path, delayed exactly: the baseline counts", outside: 30, .asRequested) { _ in 130 },
        DelayRow("a slow path without a delay", outside: 100, .none) { _ in 100 },
        DelayRow("a tenth of the probes lost, the others exact", .asRequested) { $0 % 10 == 0 ? nil : 101 },
        DelayRow("all lost: nothing was felt of a delay", .notMeasured) { _ in nil },
        DelayRow("four probes are too few", every: 450, .notMeasured) { _ in 101 },
        DelayRow("nothing answered before: no baseline", outside: nil, .notMeasured) { _ in 101 },
        DelayRow("a short delay within the path's own millisecond", latency: 5, .asRequested) { _ in 6.9 },
        DelayRow("a short delay beyond it", latency: 5, .differs) { _ in 7.2 },
        DelayRow("evenly within the jitter", jitter: 10, .asRequested) { 91 + Double($0 % 21) },
        DelayRow("all at the upper end of the jitter, as a line in order makes them", jitter: 10, .differs) {
            _ in 109.5
        },
        DelayRow("only jitter asked for, and there", latency: 0, jitter: 10, .asRequested) {
            1 + Double($0 % 5) / 5
        },
    ]

    @Test("of a delay", arguments: delays)
    func delay(row: DelayRow) throws {
        let asked = try Self.parameters(row.latency, jitter: row.jitter)
        let samples = Self.samples(every: row.distance, outside: row.outside, row.roundTrip)
        let found = EffectJudgement(window: Self.window).delay(
            "slow#1",
            peer: "lb",
            asked: asked,
            samples: samples
        )
        #expect(found.map(\.effect) == [row.effect], "\(found)")
        #expect(found.map(\.fault) == ["slow#1"])
        #expect(
            found.first?.requested == (row.jitter > 0 ? "\(asked.latency.text) ± 10ms" : asked.latency.text)
        )
    }

    struct LossRow: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let share: String
        /// Of the 199 probes that count at a distance of 10 ms, of 39 at 50 ms.
        let lost: Int
        let distance: Int64
        let outside: Double?
        let effect: Effect

        init(
            _ reason: String,
            _ share: String,
            lost: Int,
            every distance: Int64 = 10,
            outside: Double? = 1,
            _ effect: Effect
        ) {
            (testDescription, self.share, self.lost) = (reason, share, lost)
            (self.distance, self.outside, self.effect) = (distance, outside, effect)
        }
    }

    static let losses: [LossRow] = [
        // 199 × 20 % = 39.8, standard deviation 5.64, four of them 22.6: 18 to 62.
        LossRow("exactly what was asked", "20%", lost: 40, .asRequested),
        LossRow("the lowest count within four deviations", "20%", lost: 18, .asRequested),
        LossRow("one less", "20%", lost: 17, .differs),
        LossRow("the highest count within four deviations", "20%", lost: 62, .asRequested),
        LossRow("one more", "20%", lost: 63, .differs),
        LossRow("nothing lost: 0.8^199 is no chance", "20%", lost: 0, .none),
        // 39 × 15 % = 5.85; 0.85^39 = 0.2 %.
        LossRow("nothing lost of few, which may be chance", "15%", lost: 0, every: 50, .notMeasured),
        LossRow("few, and some lost", "15%", lost: 3, every: 50, .asRequested),
        LossRow("less than five expected", "2%", lost: 4, .notMeasured),
        LossRow("less than five expected and none lost", "1%", lost: 0, .notMeasured),
        LossRow("all lost, as asked", "100%", lost: 199, .asRequested),
        LossRow("one at the edge came through", "100%", lost: 198, .asRequested),
        LossRow("two came through", "100%", lost: 197, .differs),
        LossRow("all lost, but the path was dead before", "100%", lost: 199, outside: nil, .notMeasured),
        LossRow("a fifth asked, but the path was dead before", "20%", lost: 199, outside: nil, .notMeasured),
        LossRow("no baseline, but what came through tells", "20%", lost: 40, outside: nil, .asRequested),
        LossRow("four probes are too few even for all", "100%", lost: 4, every: 450, .notMeasured),
    ]

    @Test("of a loss", arguments: losses)
    func loss(row: LossRow) throws {
        let asked = try Self.parameters(0, loss: row.share)
        // The probe that is sent as the window begins does not count.
        let lost = 1...max(1, row.lost)
        let samples = Self.samples(every: row.distance, outside: row.outside) { number in
            row.lost > 0 && lost.contains(number) ? nil : 1
        }
        let found = EffectJudgement(window: Self.window).delay(
            "lossy#1",
            peer: "lb",
            asked: asked,
            samples: samples
        )
        #expect(found.map(\.effect) == [row.effect], "\(found)")
        #expect(found.first?.requested == row.share)
    }

    @Test("of a delay with loss is two: one for each")
    func both() throws {
        let asked = try Self.parameters(100, loss: "20%")
        let samples = Self.samples { $0 % 5 == 0 ? nil : 1 }
        let found = EffectJudgement(window: Self.window).delay(
            "f#1",
            peer: "lb",
            asked: asked,
            samples: samples
        )
        #expect(found.map(\.effect) == [.none, .asRequested])
        #expect(found.map(\.quantity) == ["added delay to lb", "loss to lb"])
    }

    struct DropRow: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let samples: [EchoProbe.Sample]
        let effect: Effect
        init(_ reason: String, _ effect: Effect, _ samples: [EchoProbe.Sample]) {
            (testDescription, self.effect, self.samples) = (reason, effect, samples)
        }
    }

    static let drops: [DropRow] = [
        DropRow("all lost", .asRequested, samples { _ in nil }),
        DropRow("one was answered", .differs, samples { $0 == 100 ? 1 : nil }),
        DropRow("half were answered", .differs, samples { $0 % 2 == 0 ? 1 : nil }),
        DropRow("all were answered", .none, samples { _ in 1 }),
        DropRow("the path did not answer before", .notMeasured, samples(outside: nil) { _ in nil }),
        DropRow("it did not answer before, but does now", .none, samples(outside: nil) { _ in 1 }),
        DropRow("four probes are too few", .notMeasured, samples(every: 450) { _ in nil }),
        DropRow("none at all", .notMeasured, []),
        // Sent 10 ms before the end, 15 ms under way: it arrived when the drop was over.
        DropRow("the last was answered after the end", .asRequested, samples { $0 == 199 ? 15 : nil }),
        DropRow("the last was answered before the end", .differs, samples { $0 == 199 ? 9 : nil }),
        DropRow("the one sent as it began was answered", .asRequested, samples { $0 == 0 ? 1 : nil }),
    ]

    @Test("of a drop", arguments: drops)
    func drop(row: DropRow) {
        let judgement = EffectJudgement(window: Self.window)
        let found = judgement.drop("cut#1", peer: "lb", samples: row.samples, packets: 321)
        #expect(found.effect == row.effect, "\(found)")
        if row.effect == .asRequested { #expect(found.observed.contains("321 packets")) }
    }

    @Test("never calls a fault that had no effect as requested, whatever was asked")
    func noEffect() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            let latency = Int64.random(in: 5...2000, using: &generator)
            let jitter = Int64.random(in: 0...(latency / 8), using: &generator)
            let percent = Int.random(in: 1...100, using: &generator)
            let distance = Int64.random(in: 5...200, using: &generator)
            let asked = try Self.parameters(latency, jitter: jitter, loss: "\(percent)%")
            let samples = Self.samples(every: distance) { _ in 1 }
            let judgement = EffectJudgement(window: Self.window)
            for observation in judgement.delay("f#1", peer: "lb", asked: asked, samples: samples) {
                #expect(observation.effect != .asRequested, "every \(distance) ms: \(observation)")
            }
            #expect(judgement.drop("f#1", peer: "lb", samples: samples, packets: 0).effect != .asRequested)
        }
    }
}
