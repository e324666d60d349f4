import Measures
import Testing

@testable import Statistics

/// Bounds on the mean of numbers between 0 and 1.
@Suite struct HoeffdingBoundTests {
    @Test(
        "without an outage it is Clopper-Pearson's bound",
        arguments: [1, 10, 299, 3_000_000_000]
    )
    func zero(count: Int) {
        let bound = HoeffdingBound(sum: 0, of: count, confidence: 0.95)
        let exact = ClopperPearson.upper(failures: 0, of: count, confidence: 0.95)
        #expect(abs(bound.upper / exact - 1) < 1e-10)
        #expect(bound.lower == 0)
    }

    /// D(0.1‖p) = ln 20 / 100, solved with 30 digits by mpmath.
    @Test("it is what the formula says, and no narrower than Clopper-Pearson's")
    func formula() {
        let bound = HoeffdingBound(sum: 10, of: 100, confidence: 0.95)
        #expect(abs(bound.upper - Self.upper) < 1e-12)
        #expect(abs(bound.lower - Self.lower) < 1e-12)
        for failures in 0...20 {
            let wide = HoeffdingBound(sum: Double(failures), of: 20, confidence: 0.95)
            // To rounding: they are one where nothing or everything failed.
            #expect(wide.upper >= ClopperPearson.upper(failures: failures, of: 20, confidence: 0.95) - 1e-12)
            #expect(wide.lower <= ClopperPearson.lower(failures: failures, of: 20, confidence: 0.95) + 1e-12)
        }
    }

    static let upper = 0.18882933784843268
    static let lower = 0.042409170884390869

    @Test("so many more zeros are needed: one fewer is too few", arguments: [0.0, 0.3, 1, 2.5])
    func needed(sum: Double) throws {
        for allowed in [0.02, 0.005, 1e-9] {
            let more = try #require(
                HoeffdingBound(sum: sum, of: 40, confidence: 0.95).zerosNeeded(upper: allowed)
            )
            #expect(HoeffdingBound(sum: sum, of: 40 + more, confidence: 0.95).upper <= allowed * (1 + 1e-9))
            #expect(HoeffdingBound(sum: sum, of: 39 + more, confidence: 0.95).upper > allowed * (1 - 1e-9))
        }
    }

    @Test("where nothing is known, nothing is claimed")
    func nothing() {
        for bound in [
            HoeffdingBound(sum: 0, of: 0, confidence: 0.95), HoeffdingBound(sum: 3, of: 5, confidence: 1),
        ] {
            #expect(bound.upper == 1 && bound.lower == 0)
        }
        #expect(HoeffdingBound(sum: 5, of: 5, confidence: 0.95).upper == 1)
        #expect(HoeffdingBound(sum: 0, of: 5, confidence: 0.95).zerosNeeded(upper: 0) == nil)
        #expect(HoeffdingBound(sum: 0, of: 5, confidence: 1).zerosNeeded(upper: 0.5) == nil)
    }

    /// How a number comes about: with this probability it is between these, else 0.
    struct Shape: Sendable, CustomTestStringConvertible {
        let chance: Double
        let shares: ClosedRange<Double>
        let count: Int
        var mean: Double { chance * (shares.lowerBound + shares.upperBound) / 2 }
        var testDescription: String { "\(count), \(chance) of them in \(shares)" }
    }

    @Test(
        "each bound holds the truth in 95 % of runs, whatever the numbers are like",
        arguments: [
            Shape(chance: 0.02, shares: 1...1, count: 200), Shape(chance: 0.1, shares: 0...1, count: 60),
            Shape(chance: 0.5, shares: 0...0.1, count: 100),
            Shape(chance: 0.05, shares: 0.5...0.5, count: 100),
            Shape(chance: 0.3, shares: 0.2...1, count: 30), Shape(chance: 0.9, shares: 0.6...1, count: 25),
        ]
    )
    func coverage(shape: Shape) {
        var random = SeededGenerator(seed: 6, stream: shape.testDescription)
        let runs = 4000
        var (below, above) = (0, 0)
        for _ in 0..<runs {
            let sum = (0..<shape.count).reduce(0.0) { sum, _ in
                guard random.unit() < shape.chance else { return sum }
                let width = shape.shares.upperBound - shape.shares.lowerBound
                return sum + shape.shares.lowerBound + random.unit() * width
            }
            let bound = HoeffdingBound(sum: sum, of: shape.count, confidence: 0.95)
            if bound.upper < shape.mean { below += 1 }
            if bound.lower > shape.mean { above += 1 }
        }
        #expect(below <= runs / 20, "the upper bound is below the truth in \(below) of \(runs)")
        #expect(above <= runs / 20, "the lower bound is above the truth in \(above) of \(runs)")
    }
}
