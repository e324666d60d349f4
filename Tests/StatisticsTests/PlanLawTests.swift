import Measures
import Statistics
import Testing

struct PlanLawTests {
    @Test("the sample size is the first at which the bound holds")
    func sampleSizeInvertsTheBound() {
        for u in [0.5, 0.1, 0.013, 1e-3, 2.5e-4] {
            for confidence in [0.6, 0.9, 0.95, 0.999] {
                for failures in [0, 1, 2, 9, 60] {
                    let n = SampleSize.required(
                        unavailability: u,
                        allowedFailures: failures,
                        confidence: confidence
                    )
                    let here = ClopperPearson.upper(failures: failures, of: n, confidence: confidence)
                    let before = ClopperPearson.upper(failures: failures, of: n - 1, confidence: confidence)
                    #expect(here <= u * (1 + 1e-12), "u \(u), \(failures) failures")
                    #expect(before > u, "u \(u), \(failures) failures")
                }
            }
        }
    }

    @Test(
        "a claim that no sample can prove needs all that Int holds",
        arguments: [
            (0.0, 0, 0.95, Int.max, "no failure ever"), (-1, 3, 0.95, .max, "less than none"),
            (.nan, 2, 0.95, .max, "no number"), (1e-300, 1, 0.95, .max, "beyond Int"),
            (0.1, 0, 1, .max, "certainty"), (0.1, 2, .nan, .max, "no confidence"),
            (0.1, .max, 0.95, .max, "more failures than trials"), (1, 0, 0.95, 1, "claims nothing"),
            (1, 5, 0.95, 5, "claims nothing, of five failures"), (0.1, 0, 0, 1, "with no confidence"),
            (0.9, 0, 0.999, 3, "0.1³ is 0.001: a whole answer is not rounded up"),
            (0.5, 1, 0.5, 3, "4 of 8: a tie is proven"), (0.5, 3, 0.5, 7, "64 of 128: a tie is proven"),
        ]
    )
    func extremes(u: Double, failures: Int, confidence: Double, n: Int, reason: String) {
        let found = SampleSize.required(unavailability: u, allowedFailures: failures, confidence: confidence)
        #expect(found == n, "\(reason)")
    }

    @Test("a quantile has a finite upper bound from its sample size on, and none before")
    func finiteQuantiles() throws {
        for text in ["0.5", "0.9", "0.99", "0.999", "0.99999"] {
            let quantile = try #require(ExactDecimal(text))
            for confidence in [0.8, 0.95, 0.99] {
                let n = SampleSize.finiteQuantileBound(quantile, confidence: confidence)
                #expect(QuantileRank.interval(quantile, of: n, confidence: confidence).upper == n, "\(text)")
                #expect(
                    QuantileRank.interval(quantile, of: n - 1, confidence: confidence).upper == nil,
                    "\(text)"
                )
            }
        }
        #expect(SampleSize.finiteQuantileBound(1, confidence: 0.95) == .max)
        #expect(SampleSize.finiteQuantileBound(0, confidence: 0.95) == 1)
    }

    @Test("a better service needs fewer allowed failures, and one no better than its target gets no plan")
    func power() throws {
        let plans = [0.1, 0.3, 0.5, 0.7, 0.9].map {
            PowerPlan(confidence: 0.95, trueOverTarget: $0, power: 0.8)
        }
        let allowed = try plans.map { try #require($0).allowedFailures }
        #expect(zip(allowed, allowed.dropFirst()).allSatisfy { $0 < $1 })
        for plan in plans { #expect(try #require(plan).achievedPower >= 0.8) }
        #expect(PowerPlan(confidence: 0.95, trueOverTarget: 1, power: 0.8) == nil)
        #expect(PowerPlan(confidence: 1, trueOverTarget: 0.5, power: 0.8) == nil)
        #expect(PowerPlan(confidence: 0.95, trueOverTarget: .nan, power: 0.8) == nil)
    }
}

/// What bursts make of a sample, against models whose variance is known.
@Suite struct BurstLawTests {
    /// Lengths of the failures' runs, the failures, and the trials of a two-state chain.
    private static func chain(failing: Double, healing: Double, trials: Int, seed: UInt64) -> ([Int], Int) {
        var random = SeededGenerator(seed: seed)
        var (lengths, current, failures, isBad) = ([Int](), 0, 0, false)
        for _ in 0..<trials {
            let draw = Double.random(in: 0..<1, using: &random)
            isBad = isBad ? draw >= healing : draw < failing
            if isBad {
                failures += 1
                current += 1
            } else if current > 0 {
                lengths.append(current)
                current = 0
            }
        }
        if current > 0 { lengths.append(current) }
        return (lengths, failures)
    }

    @Test(
        "the inflation of a two-state chain is (2 - p - r) / (p + r), rare failures or not, to a tenth",
        arguments: [(0.0005, 0.05), (0.005, 0.05), (0.02, 0.02), (0.05, 0.01)]
    )
    func chains(_ failing: Double, _ healing: Double) {
        let trials = 4_000_000
        let (lengths, failures) = Self.chain(failing: failing, healing: healing, trials: trials, seed: 5)
        let good = 1 - Double(failures) / Double(trials)
        let found = Bursts.inflation(Bursts.inflation(lengths: lengths), goodShare: good)
        let truth = (2 - failing - healing) / (failing + healing)
        #expect(abs(found / truth - 1) < 0.1, "\(found) of \(truth)")
    }

    @Test(
        "independent failures are worth at least half as many, whatever share fails",
        arguments: [0.001, 0.1, 0.5, 0.9, 0.999, 1]
    )
    func independent(_ share: Double) {
        let (lengths, failures) = Self.chain(failing: share, healing: 1 - share, trials: 400_000, seed: 6)
        let good = 1 - Double(failures) / 400_000
        let found = Bursts.inflation(Bursts.inflation(lengths: lengths), goodShare: good)
        #expect((1...2.02).contains(found), "\(found)")
    }
}
