import Foundation
import Measures
import Statistics
import Testing

/// Coverage on simulated runs whose truth is known.
struct ShareDifferenceTests {
    /// So many requests, this share of them failing in bursts of geometric length with this mean.
    struct Service {
        let requests: Int
        let share: Double
        let burst: Double

        func run(_ generator: inout SeededGenerator) -> BurstySample {
            // Bursts come independently: a Poisson number of them, by exponential gaps.
            let expected = Double(requests) * share / burst
            var lengths: [Int] = []
            var at = -log(1 - generator.unit())
            while at < expected {
                let length = burst > 1 ? 1 + Int(log(1 - generator.unit()) / log(1 - 1 / burst)) : 1
                lengths.append(length)
                at -= log(1 - generator.unit())
            }
            return BurstySample(
                trials: requests,
                failures: lengths.reduce(0, +),
                inflation: Bursts.inflation(lengths: lengths)
            )
        }
    }

    private static func coverage(_ before: Service, _ after: Service, seed: UInt64) -> (
        holds: Double, given: Int
    ) {
        var generator = SeededGenerator(seed: seed)
        let truth = after.share - before.share
        var given = 0
        var held = 0
        for _ in 0..<1500 {
            let (first, second) = (before.run(&generator), after.run(&generator))
            guard let change = ShareDifference(before: first, after: second, confidence: 0.95) else {
                continue
            }
            given += 1
            if change.interval.lower <= truth, truth <= change.interval.upper { held += 1 }
        }
        return (Double(held) / Double(max(1, given)), given)
    }

    @Test(
        "of 1500 pairs of runs the interval holds the truth in at least 93 of 100, bursts or none, alike or not",
        arguments: [
            // Independent failures, many and few.
            (
                Service(requests: 10_000, share: 0.01, burst: 1),
                Service(requests: 10_000, share: 0.01, burst: 1)
            ),
            (
                Service(requests: 10_000, share: 0.0005, burst: 1),
                Service(requests: 10_000, share: 0.002, burst: 1)
            ),
            // Bursts, alike and twice as many.
            (
                Service(requests: 100_000, share: 0.001, burst: 10),
                Service(requests: 100_000, share: 0.001, burst: 10)
            ),
            (
                Service(requests: 100_000, share: 0.01, burst: 100),
                Service(requests: 100_000, share: 0.02, burst: 100)
            ),
            // Bursts in one of them only, and runs of unlike length.
            (
                Service(requests: 100_000, share: 0.001, burst: 1),
                Service(requests: 100_000, share: 0.02, burst: 100)
            ),
            (
                Service(requests: 20_000, share: 0.01, burst: 10),
                Service(requests: 100_000, share: 0.01, burst: 10)
            ),
        ]
    )
    func covers(before: Service, after: Service) {
        let seen = Self.coverage(before, after, seed: 11)
        #expect(seen.given > 900)
        #expect(seen.holds >= 0.93, "held in \(seen.holds)")
    }

    @Test("one outage against none is no regression that the data can show")
    func oneOutage() {
        let clean = BurstySample(trials: 20_000, failures: 0, inflation: 1)
        let outage = BurstySample(trials: 20_000, failures: 2000, inflation: 2000)
        #expect(ShareDifference(before: clean, after: outage, confidence: 0.95) == nil)
    }

    @Test("independent failures: the published example, and its mirror image")
    func published() throws {
        // Newcombe 1998, table II, example (a) 56/70 against 48/80, method 10: 0.0524 to 0.3339.
        let one = BurstySample(trials: 80, failures: 48, inflation: 1)
        let other = BurstySample(trials: 70, failures: 56, inflation: 1)
        let change = try #require(ShareDifference(before: one, after: other, confidence: 0.95))
        #expect(abs(change.interval.lower - 0.0524) < 5e-5)
        #expect(abs(change.interval.upper - 0.3339) < 5e-5)
        let back = try #require(ShareDifference(before: other, after: one, confidence: 0.95))
        #expect(abs(back.interval.lower + change.interval.upper) < 1e-12)
    }

    @Test("without a request in one of the runs nothing is said")
    func empty() {
        let none = BurstySample(trials: 0, failures: 0, inflation: 1)
        let some = BurstySample(trials: 10, failures: 1, inflation: 1)
        #expect(ShareDifference(before: none, after: some, confidence: 0.95) == nil)
        #expect(ShareDifference(before: some, after: none, confidence: 0.95) == nil)
    }
}
