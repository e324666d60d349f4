import Measures
import Statistics
import Testing

struct CompositionLawTests {
    @Test("a quorum is a sum over all subsets")
    func quorumByBruteForce() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let count = Int.random(in: 1...6, using: &random)
            let parts = (0..<count).map { _ in
                ExactDecimal(significand: Int128(Int.random(in: 0...1000, using: &random)), exponent: -3)
            }
            let needed = Int.random(in: 0...count + 1, using: &random)
            var expected: ExactDecimal = 0
            for up in 0..<(1 << count) where up.nonzeroBitCount < needed {
                var chance: ExactDecimal = 1
                for (index, part) in parts.enumerated() {
                    chance = try chance * (up & (1 << index) != 0 ? part : 1 - part)
                }
                expected = try expected + chance
            }
            let system = SystemAvailability(needed: needed, of: parts)
            #expect(try system.exactUnavailability() == expected, "\(needed) of \(parts)")
            #expect(system.unavailability == expected.double)
        }
    }

    @Test("with more digits than can be exact, the nearest Double is still right")
    func manyDigits() throws {
        let part = try #require(ExactDecimal("0.9999999999"))
        let system = SystemAvailability(needed: 8, of: Array(repeating: part, count: 8))
        #expect(throws: DecimalOverflow.self) { try system.exactUnavailability() }
        // 1 - (1 - u)^8 = 8u - 28u² + …
        #expect(abs(system.unavailability / (8e-10 - 28e-20) - 1) < 1e-15)
    }

    @Test("outages bound the yearly estimate from above, and nothing measured is no estimate")
    func measured() throws {
        let few = MeasuredOutages(outages: 2, observedSeconds: 1e7, recoveryRuns: 5, recoverySeconds: 100)
        let more = MeasuredOutages(
            outages: 2,
            observedSeconds: 1e7,
            recoveryRuns: 500,
            recoverySeconds: 10_000
        )
        let point = try #require(few.point)
        #expect(point == 4e-6)
        let bounds = [0.5, 0.9, 0.99].compactMap { few.upper(confidence: $0) }
        #expect(bounds.count == 3 && bounds[0] < bounds[1] && bounds[1] < bounds[2] && bounds[0] > point)
        #expect(try #require(more.upper(confidence: 0.95)) < (try #require(few.upper(confidence: 0.95))))
        #expect(few.upper(confidence: 1) == .infinity)
        let nothing = MeasuredOutages(outages: 0, observedSeconds: 1e7, recoveryRuns: 0, recoverySeconds: 0)
        #expect(nothing.point == nil)
        #expect(nothing.upper(confidence: 0.95) == nil)
        let odd = MeasuredOutages(outages: .max, observedSeconds: 1, recoveryRuns: .max, recoverySeconds: 1)
        #expect(odd.upper(confidence: 0.95) != nil)
    }

    @Test("replicas that fail together, or are found late, are worth less than their product")
    func redundancy() {
        // Two replicas of 99 % with 5 % common cause: 3.2 nines instead of 4.
        let together = Redundancy.commonCause(unavailability: 0.01, beta: 0.05)
        #expect(Nines.count(unavailability: together, decimals: 1) == 3.2)
        let late = Redundancy.failover(replicas: [0.01, 0.01], failuresPerSecond: 1e-6, failoverSeconds: 30)
        #expect(abs(late - 1.3e-4) < 1e-18)
        #expect(Redundancy.budgetPerDependency(unavailability: 1e-4, dependencies: 4) == 2e-5)
    }

    @Test("bursts are worth fewer trials")
    func bursts() throws {
        #expect(Bursts.inflation(lengths: [1, 1, 1]) == 1)
        #expect(Bursts.inflation(lengths: []) == 1)
        #expect(Bursts.inflation(lengths: [10, 10, -4]) == 10)
        #expect(Bursts.inflation(lengths: [1, 9]) == 8.2)
        #expect(Bursts.effective(n: 1000, inflation: 8.2) == 121)
        #expect(Bursts.effective(n: .max, inflation: 0.5) == .max)
        // Failures all in one slice of four: each slice is one trial.
        let clumped = try #require(Bursts.designEffect(failures: [100, 0, 0, 0], size: 100))
        #expect(abs(clumped.effect - 400.0 / 3) < 1e-9)
        #expect(Bursts.designEffect(failures: [0, 0], size: 10) == nil)
    }
}
