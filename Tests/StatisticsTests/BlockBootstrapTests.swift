import Foundation
import Measures
import Statistics
import Testing

struct BlockBootstrapTests {
    /// A mean that wanders from slice to slice (autoregressive, `memory` of each step kept), its truth 0.
    private static func series(_ count: Int, memory: Double, _ generator: inout SeededGenerator) -> [Double] {
        func normal() -> Double {
            (-2 * log(1 - generator.unit())).squareRoot() * cos(2 * .pi * generator.unit())
        }
        let noise = (1 - memory * memory).squareRoot()
        var value = normal()
        return (0..<count).map { _ in
            value = memory * value + noise * normal()
            return value
        }
    }

    private static func coverage(memory: Double, block: Int, trials: Int = 600) -> Double {
        var generator = SeededGenerator(seed: 5)
        var held = 0
        for trial in 0..<trials {
            let values = series(200, memory: memory, &generator)
            let bootstrap = BlockBootstrap(stretches: [120, 80], blockLength: block)
            let interval = bootstrap.intervals(
                confidence: 0.95,
                replicates: 399,
                seed: UInt64(trial)
            ) { ranges in
                var sum = 0.0
                var count = 0.0
                for range in ranges {
                    for index in range { sum += values[index] }
                    count += Double(range.count)
                }
                return [sum / count]
            }?.first
            if let interval, interval.lower <= 0, interval.upper >= 0 { held += 1 }
        }
        return Double(held) / Double(trials)
    }

    @Test("independent slices: the truth lies inside in at least 93 of 100")
    func independent() {
        let seen = Self.coverage(memory: 0, block: 10)
        #expect(seen >= 0.93, "held in \(seen)")
    }

    @Test("slices alike for some steps: blocks that are longer hold the truth, single slices do not")
    func dependent() {
        let seen = Self.coverage(memory: 0.8, block: 20)
        #expect(seen >= 0.9, "held in \(seen)")
        let single = Self.coverage(memory: 0.8, block: 1)
        #expect(single < 0.6, "the case is too easy: \(single)")
    }

    @Test("every resample has as many slices as there are, and no block reaches over a gap")
    func draws() {
        let bootstrap = BlockBootstrap(stretches: [7, 3, 11], blockLength: 3)
        _ = bootstrap.intervals(confidence: 0.95, replicates: 200, seed: 3) { ranges in
            #expect(ranges.reduce(0) { $0 + $1.count } == 21)
            for range in ranges {
                #expect(range.count <= 3)
                #expect(
                    [0..<7, 7..<10, 10..<21].contains {
                        $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound
                    }
                )
            }
            return [0]
        }
    }

    @Test("with fewer than six blocks nothing is said, and the same seed says the same")
    func few() {
        let values = { (ranges: [Range<Int>]) in [Double(ranges.first?.lowerBound ?? 0)] }
        let short = BlockBootstrap(stretches: [50], blockLength: 10)
        #expect(short.intervals(confidence: 0.95, seed: 1, of: values) == nil)
        #expect(
            BlockBootstrap(stretches: [], blockLength: 1).intervals(confidence: 0.95, seed: 1, of: values)
                == nil
        )
        let long = BlockBootstrap(stretches: [60], blockLength: 10)
        let one = long.intervals(confidence: 0.95, seed: 1, of: values)
        #expect(one != nil && one == long.intervals(confidence: 0.95, seed: 1, of: values))
    }
}

struct RankShiftTests {
    @Test("the published example: Hollander and Wolfe, example 4.1 (shift of permeability constants)")
    func published() throws {
        let term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
        let early = [1.15, 0.88, 0.90, 0.74, 1.21]
        let shift = try #require(RankShift(before: term, after: early, confidence: 0.95))
        // R's wilcox.test(early, term, conf.int = TRUE): -0.305, -0.76 to 0.15.
        #expect(abs(shift.point + 0.305) < 1e-9)
        let interval = try #require(shift.interval)
        #expect(abs(interval.lower + 0.76) < 1e-9 && abs(interval.upper - 0.15) < 1e-9, "\(interval)")
    }

    @Test("three against three can show nothing at 95 %, four against four can")
    func fewest() throws {
        let three = try #require(RankShift(before: [1, 2, 3], after: [11, 12, 13], confidence: 0.95))
        #expect(three.interval == nil)
        let four = try #require(RankShift(before: [1, 2, 3, 4], after: [11, 12, 13, 14], confidence: 0.95))
        #expect(try #require(four.interval).lower > 0)
    }

    @Test("of a pair of recoveries that were both not seen nobody knows which is longer")
    func censored() throws {
        let one = try #require(
            RankShift(before: [1, 2, 3, 4], after: [11, 12, 13, .infinity], confidence: 0.95)
        )
        #expect(try #require(one.interval).lower > 0)
        let both = try #require(
            RankShift(
                before: [1, .infinity, .infinity, 4],
                after: [11, 12, .infinity, .infinity],
                confidence: 0.95
            )
        )
        let interval = try #require(both.interval)
        #expect(interval.lower == -.infinity && interval.upper == .infinity)
    }

    @Test("over drawn times the interval holds the true shift in at least 94 of 100")
    func coverage() throws {
        var generator = SeededGenerator(seed: 2)
        var held = 0
        for _ in 0..<1000 {
            let before = (0..<6).map { _ in -log(1 - generator.unit()) }
            let after = (0..<8).map { _ in 2 - log(1 - generator.unit()) }
            let shift = try #require(RankShift(before: before, after: after, confidence: 0.95)?.interval)
            if shift.lower <= 2, shift.upper >= 2 { held += 1 }
        }
        #expect(held >= 940, "\(held)")
    }
}
