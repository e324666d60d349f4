import Measures
import ReferenceTime
import Testing

@Suite("The estimated skew and offset")
struct SkewHullTests {
    /// A reference that gains `ppb`, over a path with some microseconds of delay and now and then much more.
    private func hull(ppb: Double, seconds: Int, seed: UInt64, slewPPM: Int64 = 0) -> (
        SkewHull, now: Int64, truth: Double
    ) {
        var random = SeededGenerator(seed: seed)
        var hull = SkewHull()
        let begin = Int64.random(in: 0...(1 << 50), using: &random)
        let offset = Int64.random(in: -(1 << 50)...(1 << 50), using: &random)
        let truth = { (local: Int64) -> Int64 in offset + Int64(Double(local - begin) * ppb / 1e9) }
        var local = begin
        for _ in 0..<(20 * seconds) {
            local += Int64.random(in: 37_000_000...62_000_000, using: &random)
            let delay = { (random: inout SeededGenerator) -> Int64 in
                500 + Int64.random(in: 0...(Bool.random(using: &random) ? 2000 : 3_000_000), using: &random)
            }
            let slewed = (local - begin) / 1_000_000 * slewPPM
            let sent = local
            let received = sent + delay(&random)
            let returned = received + delay(&random)
            hull.add(
                ClockExchange(
                    sent: sent,
                    received: received + truth(received) + slewed,
                    answered: received + truth(received) + slewed,
                    returned: returned,
                    referenceSlew: slewed
                )
            )
            local = returned
        }
        let slewed = (local - begin) / 1_000_000 * slewPPM
        return (hull, local, Double(truth(local) + slewed))
    }

    @Test("hold the true skew within their range, and the true offset within a few microseconds")
    func truth() throws {
        for seed in 0..<100 as Range<UInt64> {
            let ppb = [0, 18_000, -18_220, 120_000, 500][Int(seed % 5)]
            let (hull, now, truth) = hull(ppb: Double(ppb), seconds: 30, seed: seed)
            let estimate = try #require(hull.estimate(at: now))
            #expect(abs(estimate.skewPPB - Int64(ppb)) <= estimate.skewRangePPB + 1, "seed \(seed)")
            // 2 µs of delay over 30 s: some tenths of a part per million.
            #expect(estimate.skewRangePPB < 500, "seed \(seed)")
            #expect(abs(Double(estimate.offset) - truth) <= Double(estimate.halfWidth), "seed \(seed)")
            #expect(estimate.halfWidth < 5000)
            // Ten seconds without an exchange: a millionth of them, and what the range leaves.
            let later = try #require(hull.estimate(at: now + 10_000_000_000))
            let change = Double(later.offset) - truth - Double(ppb) * 10
            #expect(abs(change) <= Double(later.halfWidth), "seed \(seed)")
            #expect(later.halfWidth < 25_000)
        }
    }

    @Test("a slewed reference has the skew of its oscillator, and its own offset")
    func slewed() throws {
        let (hull, now, truth) = hull(ppb: 5000, seconds: 10, seed: 4, slewPPM: 800)
        let estimate = try #require(hull.estimate(at: now))
        #expect(abs(estimate.skewPPB - 5000) <= estimate.skewRangePPB + 1)
        #expect(abs(Double(estimate.offset) - truth) <= Double(estimate.halfWidth) + 3000)
    }

    @Test("a delay one way deceives the estimate, and it says so")
    func asymmetry() throws {
        var hull = SkewHull()
        var clock = IntervalClock()
        for index in 0..<100 as Range<Int64> {
            let sent = index * 50_000_000
            let exchange = ClockExchange(
                sent: sent,
                received: sent + 5_000_000,
                answered: sent + 5_000_000,
                returned: sent + 5_001_000
            )
            hull.add(exchange)
            _ = clock.add(exchange)
        }
        let estimate = try #require(hull.estimate(at: 4_955_001_000))
        #expect(abs(estimate.offset - 2_499_500) < 10_000)
        #expect(estimate.halfWidth >= 2_400_000, "constant skew does not tell a delay from an offset")
        #expect(try #require(clock.limits(at: 4_955_001_000)).contains(0))
    }

    @Test("nothing is said of less than two seconds, nor after all was dropped")
    func short() {
        var hull = SkewHull()
        hull.add(ClockExchange(sent: 0, received: 0, answered: 0, returned: 1))
        #expect(hull.estimate(at: 10) == nil)
        hull.add(ClockExchange(sent: 1_900_000_000, received: 0, answered: 0, returned: 1_999_999_999))
        #expect(hull.estimate(at: 2_000_000_000) == nil)
        hull.add(
            ClockExchange(
                sent: 2_900_000_000,
                received: 2_900_000_500,
                answered: 2_900_000_500,
                returned: 2_900_001_000
            )
        )
        #expect(hull.estimate(at: 3_000_000_000) != nil)
        hull.removeAll()
        #expect(hull.estimate(at: 3_000_000_000) == nil)
    }

    @Test("a wandering clock and an hour of exchanges cost no more than a minute of them")
    func wander() throws {
        var hull = SkewHull()
        var random = SeededGenerator(seed: 9)
        var (local, offset): (Int64, Double) = (0, 0)
        for index in 0..<72_000 {
            local += 50_000_000
            offset += 50_000_000 * (18e-6 + 0.5e-6 * Double(index % 800 < 400 ? 1 : -1))
            let (out, back) = (
                Int64.random(in: 200...2000, using: &random), Int64.random(in: 200...2000, using: &random)
            )
            hull.add(
                ClockExchange(
                    sent: local,
                    received: local + out + Int64(offset),
                    answered: local + out + Int64(offset),
                    returned: local + out + back
                )
            )
        }
        let estimate = try #require(hull.estimate(at: local))
        #expect(abs(estimate.skewPPB - 18_000) <= 500 + estimate.skewRangePPB)
        #expect(abs(Double(estimate.offset) - offset) <= Double(estimate.halfWidth))
        #expect(estimate.halfWidth < 100_000)
    }
}
