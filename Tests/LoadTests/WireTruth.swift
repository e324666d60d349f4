import Glibc
import LinuxSystem
import Load
import Measures
import Recording
import Testing

/// What must hold of every protocol when its server stands still or dies.
struct WireTruth {
    let bench: LoadBench
    let good: Outcome

    /// 400 a second for 4 s; the server stands still from 1.5 s to 2.5 s.
    func stall(_ signal: @escaping (Int32) -> Void) async throws {
        nonisolated(unsafe) let signal = signal
        let arrivals = LoadBench.steady(400, count: 1_600)
        let result = try await bench.run(arrivals) { zero, _ in
            Clocks.sleepUntil(monotonic: zero + 1_500_000_000)
            signal(SIGSTOP)
            Clocks.sleepUntil(monotonic: zero + 2_500_000_000)
            signal(SIGCONT)
        }
        let maximum = result.exchanges.responseSeconds(atQuantile: 1)
        let slow = result.exchanges.count { $0.responseTime > .milliseconds(100) }
        print("stall: max \(maximum) s, \(slow) above 100 ms, \(result.summary.connections) connections")
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [good: 1_600])
        #expect((0.95...1.15).contains(maximum))
        // Due in the first 0.9 s of the stall.
        #expect((320...480).contains(slow))
    }

    /// 400 a second for 5 s; the server is dead from 1.5 s to 3 s.
    func kill(_ kill: @escaping () -> Void, start: @escaping () throws -> Void) async throws {
        nonisolated(unsafe) let kill = kill
        nonisolated(unsafe) let start = start
        let arrivals = LoadBench.steady(400, count: 2_000)
        let result = try await bench.run(arrivals) { zero, _ in
            Clocks.sleepUntil(monotonic: zero + 1_500_000_000)
            kill()
            Clocks.sleepUntil(monotonic: zero + 2_980_000_000)
            do { try start() } catch { Issue.record(error) }
        }
        let bad = result.exchanges.filter { $0.outcome != good }
        print("kill: \(result.exchanges.outcomes), \(result.summary.connections) connections")
        #expect(result.exchanges.map(\.intended) == arrivals)
        let first = try #require(bad.first).intended.seconds
        let last = try #require(bad.last).intended.seconds
        #expect(abs(first - 1.5) < 0.1 && abs(last - 3) < 0.15, "from \(first) to \(last)")
        #expect(abs(bad.count - 600) < 60)
        #expect(bad.count { $0.outcome == .refused } >= bad.count - 50)
    }
}
