import ClockSync
import LinuxSystem
import Measures
import Testing

@Suite("The kernel's stamps of packets")
struct StampClockTests {
    /// A host whose REALTIME is stepped now and then, and whose maps are read with some error within their width.
    private struct Host {
        var random: SeededGenerator
        var now: Int64 = 10_000_000_000
        /// Each step of REALTIME: since when, and REALTIME − MONOTONIC from then on.
        var differences: [(since: Int64, difference: Int64)] = [(0, 1_700_000_000_000_000_000)]

        func realtime(at monotonic: Int64) -> Int64 {
            monotonic + (differences.last { $0.since <= monotonic }?.difference ?? 0)
        }

        mutating func map() -> ClockMap {
            let half = Int64.random(in: 1...1000, using: &random)
            let error = Int64.random(in: -half...half, using: &random)
            return ClockMap(
                realtimeMinusMonotonic: realtime(at: now) - now + error,
                halfWidth: half,
                readAt: now
            )
        }

        mutating func step(by step: Int64) {
            differences.append((since: now, difference: realtime(at: now) - now + step))
        }
    }

    @Test("never map to before the true arrival, however REALTIME is stepped and the packet waits")
    func steps() {
        var used = 0
        for seed in 0..<200 as Range<UInt64> {
            var host = Host(random: SeededGenerator(seed: seed))
            var clock = StampClock(map: host.map())
            var backlog: [(arrival: Int64, stamp: Int64)] = []
            for _ in 0..<100 {
                // Mostly soon, sometimes after seconds: a thread that was held up.
                let wait = Int64.random(
                    in:
                        0...([1_000_000, 100_000_000, 4_000_000_000].randomElement(using: &host.random) ?? 0),
                    using: &host.random
                )
                let arrival = host.now + Int64.random(in: 0...50_000_000, using: &host.random)
                host.now = arrival
                let stamp = host.realtime(at: arrival)
                let isKeptBack = Int.random(in: 0..<10, using: &host.random) == 0
                // At most one step between two readings, which is what the clock takes for granted.
                if !isKeptBack, Int.random(in: 0..<6, using: &host.random) == 0 {
                    host.now += wait / 2
                    let size =
                        [100, 10_000, 1_000_000, 2_000_000_000].randomElement(using: &host.random) ?? 0
                    host.step(by: Int64.random(in: -Int64(size)...Int64(size), using: &host.random))
                    host.now += wait / 2
                } else {
                    host.now += wait
                }
                // Some wait in a backlog while others are taken, for longer than the clock looks back.
                backlog.append((arrival, stamp))
                if isKeptBack { continue }
                let index = Int.random(in: 0..<10, using: &host.random) == 0 ? 0 : backlog.count - 1
                let packet = backlog.remove(at: index)
                let user = host.now
                host.now += 500
                let mapped = clock.arrival(stamp: packet.stamp, takenAt: user, now: host.map())
                #expect(mapped.nanoseconds >= packet.arrival, "seed \(seed)")
                #expect(mapped.nanoseconds <= user)
                if mapped.isKernels { used += 1 }
            }
        }
        // A clock that always gives the program's stamp would pass as well.
        #expect(used > 5000)
    }

    @Test("never map to after the true departure, however REALTIME is stepped and the stamp waits")
    func departures() {
        var used = 0
        for seed in 0..<200 as Range<UInt64> {
            var host = Host(random: SeededGenerator(seed: seed))
            var clock = StampClock(map: host.map())
            var backlog: [(handed: Int64, departure: Int64, stamp: Int64)] = []
            for _ in 0..<100 {
                let waits: [Int64] = [1_000_000, 100_000_000, 4_000_000_000]
                let wait = Int64.random(
                    in: 0...(waits.randomElement(using: &host.random) ?? 0),
                    using: &host.random
                )
                host.now += Int64.random(in: 0...50_000_000, using: &host.random)
                let handed = host.now
                // A queue in front of the device.
                host.now += Int64.random(in: 0...20_000_000, using: &host.random)
                backlog.append((handed, host.now, host.realtime(at: host.now)))
                // At most one step between two readings, which is what the clock takes for granted.
                let isKeptBack = Int.random(in: 0..<10, using: &host.random) == 0
                if !isKeptBack, Int.random(in: 0..<6, using: &host.random) == 0 {
                    host.now += wait / 2
                    let size =
                        [100, 10_000, 1_000_000, 2_000_000_000].randomElement(using: &host.random) ?? 0
                    host.step(by: Int64.random(in: -Int64(size)...Int64(size), using: &host.random))
                    host.now += wait / 2
                } else {
                    host.now += wait
                }
                if isKeptBack { continue }
                let index = Int.random(in: 0..<10, using: &host.random) == 0 ? 0 : backlog.count - 1
                let packet = backlog.remove(at: index)
                host.now += 500
                let mapped = clock.departure(stamp: packet.stamp, handedAt: packet.handed, now: host.map())
                #expect(mapped.nanoseconds <= packet.departure, "seed \(seed)")
                #expect(mapped.nanoseconds >= packet.handed)
                if mapped.isKernels { used += 1 }
            }
        }
        // A clock that always gives the program's stamp would pass as well.
        #expect(used > 5000)
    }

    @Test("are used again a while after a step, which is counted once")
    func recovery() {
        var host = Host(random: SeededGenerator(seed: 1))
        var clock = StampClock(map: host.map())
        var used: [Bool] = []
        for index in 0..<100 {
            host.now += 50_000_000
            if index == 20 { host.step(by: 1_000_000_000) }
            let stamp = host.realtime(at: host.now)
            host.now += 1_000_000
            let mapped = clock.arrival(stamp: stamp, takenAt: host.now, now: host.map())
            used.append(mapped.isKernels)
        }
        #expect(used[..<20].allSatisfy { $0 })
        #expect(!used[20])
        #expect(used[70...].allSatisfy { $0 })
        #expect(clock.steps == 1)
    }
}
