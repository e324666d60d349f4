import Measures
import Testing

@Suite("Two samples")
struct TwoSamplesTests {
    private static func numbers(_ seed: UInt64, count: Int = 1000, _ shape: (Double) -> Double) -> [Double] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in shape(Double.random(in: 0..<1, using: &generator)) }
    }

    @Test("of one distribution are alike, of a tenth more spread or shift they are not")
    func values() {
        for seed in 0..<50 as Range<UInt64> {
            let one = Self.numbers(seed) { $0 }
            #expect(TwoSamples.difference(one, Self.numbers(seed + 1000) { $0 }) == nil)
            #expect(TwoSamples.difference(one, Self.numbers(seed + 1000) { $0 + 0.17 }) != nil)
            #expect(TwoSamples.difference(one, Self.numbers(seed + 1000) { $0 * $0 }) != nil)
        }
        #expect(TwoSamples.difference([], [1]) != nil)
    }

    @Test("shares, lengths and correlations differ when they do")
    func counts() {
        #expect(TwoSamples.difference((200, 1000), (220, 1000)) == nil)
        #expect(TwoSamples.difference((200, 1000), (280, 1000)) != nil)
        let geometric = { (seed: UInt64, ratio: Int) in
            Self.numbers(seed) { $0 }.map { value in (1...30).first { value < 1 - 1 / pow(ratio, $0) } ?? 31 }
        }
        #expect(TwoSamples.difference(lengths: geometric(1, 2), geometric(2, 2)) == nil)
        #expect(TwoSamples.difference(lengths: geometric(1, 2), geometric(2, 3)) != nil)
        #expect(TwoSamples.difference(lengths: [], [1]) != nil)
        let free = Self.numbers(5) { $0 }
        let led = zip(free, free.dropFirst()).map { 0.5 * $0 + 0.5 * $1 }
        #expect(TwoSamples.difference(leaning: free, Self.numbers(6) { $0 }) == nil)
        #expect(TwoSamples.difference(leaning: free, led) != nil)
    }

    private func pow(_ base: Int, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1.0) { product, _ in product * Double(base) }
    }
}
