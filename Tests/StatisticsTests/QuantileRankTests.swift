import Measures
import Statistics
import Testing

struct QuantileRankTests {
    @Test(
        "the rank of a quantile is exact, whatever the digits",
        arguments: [
            ("0.99", 100, 99), ("0.999", 1000, 999), ("0.9999", 1_000_000, 999_900), ("0.99", 1000, 990),
            ("0.5", 1, 1), ("0.5", 3, 2), ("0.5", 4, 2), ("0.999", 10, 10), ("0", 5, 1), ("1", 5, 5),
            ("2", 5, 5),
            ("-1", 5, 1), ("0.5", 0, 0), ("0.5", -3, 0), ("0.07", 100, 7), ("0.29", 100, 29),
            ("0.57", 100, 57),
            ("0.5", .max, 1 << 62), ("0.9999999999999999999", .max, .max),
            ("0.99999999999999999999999999999999999999", .max, .max), ("1e-300", .max, 1),
            ("1.00000000000000000000000000000000000001e-1", 10, 2), ("1e-1", 10, 1),
        ]
    )
    func points(text: String, n: Int, rank: Int) throws {
        #expect(QuantileRank.point(try #require(ExactDecimal(text)), of: n) == rank)
    }

    @Test("ranks hold the quantile, cover at least what is asked, and one step closer would not")
    func tightness() throws {
        for text in ["0.1", "0.5", "0.9", "0.97", "0.999"] {
            let quantile = try #require(ExactDecimal(text))
            for n in [5, 40, 77, 1000, 123_456] {
                let (lower, upper) = QuantileRank.interval(quantile, of: n, confidence: 0.95)
                let point = QuantileRank.point(quantile, of: n)
                let covered = { (ranks: (Int?, Int?)) in QuantileRank.coverage(quantile, of: n, ranks: ranks)
                }
                #expect(covered((lower, upper)) >= 0.95 - 1e-12, "\(text) of \(n)")
                if let lower {
                    #expect(lower <= point)
                    #expect(lower == n || covered((lower + 1, nil)) < 0.975 + 1e-12, "\(text) of \(n)")
                }
                if let upper {
                    #expect(upper >= point)
                    #expect(upper == 1 || covered((nil, upper - 1)) < 0.975 + 1e-12, "\(text) of \(n)")
                }
            }
        }
    }

    @Test("ranks that nothing bounds are none, and no input traps")
    func extremes() throws {
        let half = try #require(ExactDecimal("0.5"))
        for n in [Int.min, -1, 0, 1, 2] {
            let (lower, upper) = QuantileRank.interval(half, of: n, confidence: 0.95)
            #expect(lower == nil && upper == nil)
        }
        let sure = QuantileRank.interval(half, of: 100, confidence: 1)
        #expect(sure.lower == nil && sure.upper == nil)
        let huge = QuantileRank.interval(half, of: .max, confidence: 0.95)
        #expect(try #require(huge.lower) < 1 << 62)
        #expect(try #require(huge.upper) > 1 << 62)
        let finest = try #require(ExactDecimal("1e-300"))
        let nearZero = QuantileRank.interval(finest, of: 1000, confidence: 0.95)
        #expect(nearZero.lower == nil && nearZero.upper == 1)
        #expect(QuantileRank.coverage(half, of: 10, ranks: (.min, .max)) >= 0)
    }

    @Test("a histogram without values has no quantile")
    func emptyHistogram() throws {
        let half = try #require(ExactDecimal("0.5"))
        #expect(BucketedQuantile(half, of: [], confidence: 0.95) == nil)
        let full = ValueBucket(lowest: 1, highest: 2, count: .max)
        #expect(BucketedQuantile(half, of: [full, full], confidence: 0.95) == nil)
        #expect(
            BucketedQuantile(half, of: [ValueBucket(lowest: 1, highest: 2, count: -4)], confidence: 0.95)
                == nil
        )
    }
}
