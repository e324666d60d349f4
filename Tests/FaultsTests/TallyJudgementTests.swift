import Faults
import Impairments
import Measures
import Recording
import Testing

@Suite("What was counted is judged")
struct TallyJudgementTests {
    private static func tally(_ seen: UInt64, _ set: (inout Tally) -> Void) -> Tally {
        var tally = Tally(seen: seen)
        set(&tally)
        return tally
    }

    private static func effects(_ asked: Impairment, _ tally: Tally) -> [Observation.Effect] {
        TallyJudgement().observations("f#1", asked: asked, tally: tally).map(\.effect)
    }

    private static let tenth = Share("10%") ?? .zero

    @Test(
        "a count is as requested within four deviations, differs beyond, is none at zero, and says nothing of few",
        arguments: [
            (1000, 100, Observation.Effect.asRequested), (1000, 137, .asRequested), (1000, 139, .differs),
            (1000, 61, .differs), (1000, 0, .none), (40, 0, .notMeasured), (0, 0, .notMeasured),
        ] as [(UInt64, UInt64, Observation.Effect)]
    )
    func counts(_ seen: UInt64, _ count: UInt64, _ effect: Observation.Effect) {
        #expect(
            Self.effects(
                Impairment(duplicate: Chance(Self.tenth)),
                Self.tally(seen) { $0.duplicated = count }
            )
                == [effect]
        )
        #expect(
            Self.effects(Impairment(corrupt: Chance(Self.tenth)), Self.tally(seen) { $0.corrupted = count })
                == [effect]
        )
        let reordering = Reordering(share: Self.tenth)
        #expect(
            Self.effects(Impairment(reordering: reordering), Self.tally(seen) { $0.overtaken = count })
                == [effect]
        )
    }

    @Test("losses in bursts may scatter as bursts do; independent ones are left to the probes")
    func bursts() {
        let bursty = LossModel.gilbertElliott(toBad: Share("1%") ?? .zero, toGood: Self.tenth)
        // 9.09 % of 2000 are 182, with a deviation of 12.9 · √17.2.
        let effect = { (lost: UInt64) in
            Self.effects(Impairment(loss: bursty), Self.tally(2000) { $0.dropped = lost })
        }
        #expect(effect(182) == [.asRequested] && effect(380) == [.asRequested] && effect(420) == [.differs])
        #expect(effect(0) == [.none])
        let independent = Impairment(loss: .random(Self.tenth))
        #expect(Self.effects(independent, Self.tally(2000) { $0.dropped = 0 }).isEmpty)
    }

    @Test("the expected loss of a model is what its draws have")
    func expected() throws {
        let models: [LossModel] = [
            .gilbertElliott(
                toBad: Self.tenth,
                toGood: Share("40%") ?? .zero,
                lossInBad: Share("70%") ?? .zero,
                lossInGood: Share("1%") ?? .zero
            ),
            .fourState(
                p13: Self.tenth,
                p31: Share("30%") ?? .zero,
                p32: Share("20%") ?? .zero,
                p23: Share("40%") ?? .zero,
                p14: Share("1%") ?? .zero
            ), .fourState(p13: .zero, p31: .one, p32: .zero, p23: .one, p14: Self.tenth),
        ]
        for model in models {
            let (share, spread) = try #require(model.expected)
            var draws = LossDraws(model, SeededGenerator(seed: 1, stream: "test"))
            // Sums of 500: their mean and their variance.
            let sums = (0..<1000).map { _ in Double((0..<500).count { _ in draws.next() }) }
            let mean = sums.reduce(0, +) / 1000
            let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1000
            let binomial = 500 * share * (1 - share)
            #expect(abs(mean - 500 * share) < 5 * (binomial * spread / 1000).squareRoot(), "\(model)")
            #expect(variance < 1.3 * binomial * spread, "\(model): \(variance / binomial), allowed \(spread)")
        }
    }

    @Test("correlated draws only have to have happened")
    func correlated() {
        let asked = Impairment(duplicate: Chance(Self.tenth, correlation: Self.tenth))
        #expect(Self.effects(asked, Self.tally(100) { $0.duplicated = 3 }) == [.asRequested])
        #expect(Self.effects(asked, Tally(seen: 100)) == [.notMeasured])
    }
}
