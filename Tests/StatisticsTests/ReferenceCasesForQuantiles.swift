import Foundation
import Measures
import Statistics
import Testing

struct ReferenceCasesForQuantiles {
    @Test("ranks that bound a quantile are the reference's, and cover what it says")
    func ranks() throws {
        for row in try CaseTable("quantile_ci_cases.csv").rows {
            let quantile = try #require(ExactDecimal(try row.string("quantile")), "\(row.text)")
            let n = try row.int("n")
            let ranks = QuantileRank.interval(quantile, of: n, confidence: try row.double("confidence"))
            #expect(ranks.lower == (try row.optionalInt("lower_rank_1based")), "\(row.text)")
            #expect(ranks.upper == (try row.optionalInt("upper_rank_1based")), "\(row.text)")
            expectClose(
                QuantileRank.coverage(quantile, of: n, ranks: ranks),
                try row.double("coverage"),
                row
            )
        }
    }

    @Test("quantiles of a histogram are bounded by whole buckets")
    func histograms() throws {
        let name = "hdr_quantile_ci_cases.json"
        let cases = try JSONDecoder().decode([HistogramCase].self, from: CaseTable.data(name))
        #expect(!cases.isEmpty)
        for one in cases {
            let text = "\(one.name), quantile \(one.quantile)"
            let row = CaseRow(text: "\(name): \(text)", fields: [:])
            let quantile = try #require(ExactDecimal(one.quantile), "\(text)")
            let buckets = one.buckets.map { ValueBucket(lowest: $0[0], highest: $0[1], count: $0[2]) }
            let found = try #require(
                BucketedQuantile(quantile, of: buckets, confidence: one.confidence),
                "\(text)"
            )
            #expect(found.n == one.n, "\(text)")
            #expect(found.rank == one.rank, "\(text)")
            #expect(found.lowerRank == one.lowerRank, "\(text)")
            #expect(found.upperRank == one.upperRank, "\(text)")
            #expect([found.point.lowest, found.point.highest] == one.point, "\(text)")
            #expect(found.lower == one.lower, "\(text)")
            #expect(found.upper == one.upper, "\(text)")
            let ranks = (found.lowerRank, found.upperRank)
            expectClose(QuantileRank.coverage(quantile, of: found.n, ranks: ranks), one.coverage, row)
        }
    }
}

private struct HistogramCase: Decodable {
    let name: String
    let buckets: [[Int]]
    let quantile: String
    let confidence: Double
    let n: Int
    let rank: Int
    let lowerRank: Int?
    let upperRank: Int?
    let point: [Int]
    let lower: Int?
    let upper: Int?
    let coverage: Double

    private enum CodingKeys: String, CodingKey {
        case name, buckets, quantile, confidence, n, rank, point, lower, upper, coverage
        case lowerRank = "lower_rank"
        case upperRank = "upper_rank"
    }
}
