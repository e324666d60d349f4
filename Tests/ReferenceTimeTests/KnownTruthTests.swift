import Measures
import ReferenceTime
import Testing

/// Exchanges with a reference whose truth is known, as others may check us with: the limits hold it after every exchange and
/// at every instant between, are as narrow as the exchanges allow, and what they cannot hold is found out at once.
@Suite("Against a known truth")
struct KnownTruthTests {
    /// Plays exchanges and holds the truth against the limits after each, and 40 ms later. The widths at T4.
    private func play(
        _ exchanges: [ClockExchange],
        driftPPM: Int64,
        _ truth: (Int64) -> Int64,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (clock: IntervalClock, widths: [Int64]) {
        var clock = IntervalClock(driftPPM: driftPPM)
        var widths: [Int64] = []
        for exchange in exchanges {
            #expect(clock.add(exchange) != .alarm, sourceLocation: sourceLocation)
            for local in [exchange.returned, exchange.returned + 40_000_000] {
                let limits = try #require(clock.limits(at: local))
                #expect(limits.contains(truth(local)), sourceLocation: sourceLocation)
            }
            let limits = try #require(clock.limits(at: exchange.returned))
            widths.append(limits.upperBound - limits.lowerBound)
        }
        return (clock, widths)
    }

    @Test(
        "drift with wander, and queues: held by 50 and by 200 ppm, and no wider than all exchanges so far allow",
        arguments: [50, 200] as [Int64]
    )
    func drifting(driftPPM: Int64) throws {
        for seed in 0..<10 as Range<UInt64> {
            let world = TraceWorld(seed: seed, seconds: 30, truth: TraceWorld.wandering)
            let (_, widths) = try play(world.exchanges, driftPPM: driftPPM, world.truth)
            // The best that is possible: every exchange so far, each carried to here.
            let growth = { (dt: Int64) in IntervalClock(driftPPM: driftPPM).growth(over: dt) }
            for index in stride(from: 0, to: world.exchanges.count, by: 7) {
                let past = world.exchanges[...index]
                let here = past.last?.returned ?? 0
                let high = past.map { $0.received - $0.sent + 1 + growth(here - $0.sent) }.min() ?? 0
                let low = past.map { $0.answered - $0.returned - 1 - growth(here - $0.returned) }.max() ?? 0
                // Each exchange may round up by a nanosecond.
                #expect(widths[index] <= high - low + 2 * Int64(index) + 2)
            }
        }
    }

    @Test("5 ms more one way: held, and never narrower than what nobody can know")
    func asymmetric() throws {
        for (seed, isOut) in [(1, true), (2, false)] as [(UInt64, Bool)] {
            var path = TraceWorld.Path()
            if isOut { path.out += 5_000_000 } else { path.back += 5_000_000 }
            let world = TraceWorld(seed: seed, seconds: 30, path: path, truth: TraceWorld.wandering)
            let (clock, widths) = try play(world.exchanges, driftPPM: 200, world.truth)
            #expect(widths.allSatisfy { $0 >= 5_000_000 })
            #expect(widths.suffix(100).allSatisfy { $0 < 5_800_000 })
            // The sum of the delays is known, their split is not: each is half of it.
            #expect(clock.leastRoundTrip >= 5_200_000 && clock.leastRoundTrip < 5_500_000)
            for least in [clock.leastOut, clock.leastBack] {
                #expect((2_000_000..<3_000_000).contains(least))
            }
        }
    }

    @Test("30 s without an answer: held, growing by ρ and no faster, narrow again with the first answers")
    func outage() throws {
        let gap: ClosedRange<Int64> = 20_000_000_000...50_000_000_000
        let world = TraceWorld(
            seed: 3,
            seconds: 70,
            path: TraceWorld.Path(outage: gap),
            truth: TraceWorld.wandering
        )
        let before = world.exchanges.filter { $0.returned < gap.lowerBound }
        var clock = try play(before, driftPPM: 200, world.truth).clock
        for local in stride(from: gap.lowerBound, through: gap.upperBound, by: 100_000_000) {
            let limits = try #require(clock.limits(at: local))
            #expect(limits.contains(world.truth(local)))
            #expect(
                limits.upperBound - limits.lowerBound < 600_000 + 2 * 200 * (local - gap.lowerBound)
                    / 1_000_000 + 100_000
            )
        }
        #expect(clock.estimate(at: gap.upperBound)?.state == .expired)
        let after = world.exchanges.filter { $0.sent > gap.upperBound }
        for exchange in after.prefix(20) { #expect(clock.add(exchange) == .cut || clock.epoch == 0) }
        let end = try #require(after.prefix(20).last?.returned)
        let limits = try #require(clock.limits(at: end))
        #expect(limits.contains(world.truth(end)) && limits.upperBound - limits.lowerBound < 600_000)
        #expect(clock.estimate(at: end)?.state == .sync && clock.alarms == 0)
    }

    @Test("answers that come late and out of order: held")
    func reordered() throws {
        for seed in 0..<10 as Range<UInt64> {
            let world = TraceWorld(seed: seed, seconds: 30, truth: TraceWorld.wandering)
            var clock = IntervalClock(driftPPM: 50)
            var latest: Int64 = 0
            for exchange in world.reordered(seed: seed) {
                #expect(clock.add(exchange) != .alarm)
                latest = max(latest, exchange.returned)
                #expect(try #require(clock.limits(at: latest)).contains(world.truth(latest)))
            }
        }
    }

    @Test(
        "a step of 200 µs: an alarm at the first exchange that can know it, and held from then on",
        arguments: [1, -1] as [Int64]
    )
    func step(sign: Int64) throws {
        for seed in 0..<20 as Range<UInt64> {
            // So short a path that the width is below the step.
            let path = TraceWorld.Path(out: 5_000, back: 5_000, queue: 20_000)
            let instant: Int64 = 10_000_000_000
            let truth = { (local: Int64) in
                TraceWorld.wandering(local) + (local >= instant ? sign * 200_000 : 0)
            }
            let world = TraceWorld(seed: seed, seconds: 20, path: path, truth: truth)
            var clock = IntervalClock(driftPPM: 200)
            var firstAlarm: Int64?
            for exchange in world.exchanges {
                // The best detector that there can be: is there a θ of before that allows this one?
                let before = clock.limits(at: exchange.returned)
                let outcome = clock.add(exchange)
                if outcome == .alarm, firstAlarm == nil { firstAlarm = exchange.returned }
                let limits = try #require(clock.limits(at: exchange.returned))
                if exchange.returned < instant || exchange.sent > instant {
                    #expect(limits.contains(truth(exchange.returned)), "seed \(seed)")
                }
                if let before, outcome != .alarm, exchange.sent > instant, firstAlarm == nil {
                    #expect(before.contains(truth(exchange.returned)), "seed \(seed): could have been known")
                }
            }
            let first = try #require(world.exchanges.first { $0.sent > instant })
            #expect(firstAlarm == first.returned, "seed \(seed)")
            #expect(clock.alarms == 1 && clock.epoch == 1)
        }
    }

    @Test(
        "a clock that drifts faster than was promised: alarms, and not a single interval that says nothing of it"
    )
    func violated() throws {
        let path = TraceWorld.Path(out: 5_000, back: 5_000, queue: 10_000)
        let world = TraceWorld(seed: 5, seconds: 60, path: path, truth: TraceWorld.wandering)
        var clock = IntervalClock(driftPPM: 10)
        var misses = 0
        for exchange in world.exchanges {
            _ = clock.add(exchange)
            let limits = try #require(clock.limits(at: exchange.returned))
            if !limits.contains(world.truth(exchange.returned)) { misses += 1 }
        }
        #expect(clock.alarms > 5)
        // Unavoidable until the contradiction shows; but it shows.
        #expect(misses < world.exchanges.count / 2)
        #expect(try play(world.exchanges, driftPPM: 50, world.truth).clock.alarms == 0)
    }
}
