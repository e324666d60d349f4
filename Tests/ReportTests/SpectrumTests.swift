import Measures
import Statistics
import Testing
import Timeline

@testable import Report

@Suite("percentile spectrum")
struct SpectrumTests {
    private func curve(served: Int, due: Int, latency: (Int) -> Duration = { .microseconds(1_000 + $0) })
        -> SpectrumCurve
    {
        var tally = Tally()
        tally.due = due
        for index in 0..<served { tally.latencies.record(latency(index)) }
        return SpectrumCurve(label: "test", style: .baseline, tallies: [tally])
    }

    @Test(
        "the curve stops at the last quantile that its data bound",
        arguments: [
            (100, "p90 needs 36, p99 needs 368"), (1_000, "p99 needs 368"), (10_000, "p99.9 needs 3 688"),
        ]
    )
    func ending(_ due: Int, _ reason: String) throws {
        let last = try #require(curve(served: due, due: due).points.last)
        // n ≥ ln(α/2) / ln(q), two-sided 95 % (guides: slo 3.5), so the share above is at least about 3.69 / n.
        #expect(last.share * Double(due) >= 3.6, "\(reason)")
        #expect(last.share * Double(due) <= 4.2, "\(reason)")
    }

    @Test("requests that were not served end the curve before their share")
    func failures() throws {
        let last = try #require(curve(served: 9_000, due: 10_000).points.last)
        #expect(1 - last.share < 0.9)
        #expect(1 - last.share > 0.85)
    }

    @Test("a fast answer with a bad status is no better than none")
    func badStatus() {
        var tally = Tally()
        tally.due = 1_000
        for index in 0..<1_000 { tally.latencies.record(.microseconds(1_000 + index)) }
        for index in 0..<300 { tally.wrong.record(.microseconds(1_000 + index)) }
        let curve = SpectrumCurve(label: "test", style: .baseline, tallies: [tally])
        #expect(curve.served == 700)
        #expect((curve.points.last.map { 1 - $0.share } ?? 1) < 0.7)
    }

    @Test("curves rise, and lie within their confidence bands")
    func rises() {
        let curve = curve(served: 20_000, due: 20_010)
        for (one, next) in zip(curve.points, curve.points.dropFirst()) {
            #expect(one.share > next.share)
            #expect(one.latency <= next.latency)
            #expect(one.upper <= next.upper)
        }
        for point in curve.points { #expect(point.lower <= point.latency && point.latency <= point.upper) }
    }

    @Test(
        "nothing served, nothing asked, one request: no curve, and words for it",
        arguments: [(0, 500), (0, 0), (1, 1)]
    )
    func empty(_ served: Int, _ due: Int) {
        let curve = curve(served: served, due: due)
        #expect(curve.points.isEmpty)
        #expect(!curve.ending.isEmpty)
    }

    @Test("quantiles come from merged tables, not from averaged quantiles")
    func merged() throws {
        var fast = Tally()
        var slow = Tally()
        (fast.due, slow.due) = (9_000, 1_000)
        for _ in 0..<9_000 { fast.latencies.record(.milliseconds(1)) }
        for _ in 0..<1_000 { slow.latencies.record(.milliseconds(100)) }
        let curve = SpectrumCurve(label: "both", style: .recovery, tallies: [fast, slow])
        let p50 = try #require(curve.point(at: ExactDecimal(significand: 5, exponent: -1)))
        let p99 = try #require(curve.point(at: ExactDecimal(significand: 1, exponent: -2)))
        #expect(p50.latency < .milliseconds(2))
        #expect(p99.latency > .milliseconds(99))
    }
}
