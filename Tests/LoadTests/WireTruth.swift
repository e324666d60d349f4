import Glibc
import LinuxSystem
import Load
import Measures
import Recording
import Synchronization
import Testing

/// What must hold of every protocol when its server stands still or dies. Counted from when it really did: on a busy machine
/// that is not when it was to.
struct WireTruth {
    let bench: LoadBench
    let good: Outcome

    /// On the run's axis, seconds: from the last instant before to the first after what was done.
    private struct Done {
        var begin: ClosedRange<Double> = 0...0
        var end: ClosedRange<Double> = 0...0

        static func stamped(_ zero: Int64, _ act: () throws -> Void) rethrows -> ClosedRange<Double> {
            let before = Clocks.monotonic()
            try act()
            return Double(before - zero) / 1e9...Double(Clocks.monotonic() - zero) / 1e9
        }
    }

    /// 400 a second for 4 s; the server stands still from about 1.5 s to 2.5 s.
    func stall(_ signal: @escaping (Int32) -> Void) async throws {
        nonisolated(unsafe) let signal = signal
        let stamps = Mutex(Done())
        let arrivals = LoadBench.steady(400, count: 1_600)
        let result = try await bench.run(arrivals) { zero, _ in
            Clocks.sleepUntil(monotonic: zero + 1_500_000_000)
            let begin = Done.stamped(zero) { signal(SIGSTOP) }
            Clocks.sleepUntil(monotonic: zero + 2_500_000_000)
            let end = Done.stamped(zero) { signal(SIGCONT) }
            stamps.withLock { $0 = Done(begin: begin, end: end) }
        }
        let done = stamps.withLock { $0 }
        let maximum = result.exchanges.responseSeconds(atQuantile: 1)
        print("stall: max \(maximum) s of \(done.end.upperBound - done.begin.lowerBound) s")
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [good: 1_600])
        // What was due while it stood still was answered when it went on, and not before. A signal takes a while.
        let during = result.exchanges.filter {
            done.begin.upperBound + 0.02 < $0.intended.seconds && $0.intended.seconds < done.end.lowerBound
        }
        #expect(during.count > 350 && during.allSatisfy { $0.done.seconds >= done.end.lowerBound })
        #expect(maximum >= done.end.lowerBound - done.begin.upperBound - 0.03)
    }

    /// 400 a second for 5 s; the server is dead from about 1.5 s to 3 s.
    func kill(_ kill: @escaping () -> Void, start: @escaping () throws -> Void) async throws {
        nonisolated(unsafe) let kill = kill
        nonisolated(unsafe) let start = start
        let stamps = Mutex(Done())
        let arrivals = LoadBench.steady(400, count: 2_000)
        let result = try await bench.run(arrivals) { zero, _ in
            do {
                Clocks.sleepUntil(monotonic: zero + 1_500_000_000)
                let begin = Done.stamped(zero, kill)
                Clocks.sleepUntil(monotonic: zero + 2_980_000_000)
                let end = try Done.stamped(zero, start)
                stamps.withLock { $0 = Done(begin: begin, end: end) }
            } catch {
                Issue.record(error)
            }
        }
        let done = stamps.withLock { $0 }
        let bad = result.exchanges.filter { $0.outcome != good }
        print("kill: \(result.exchanges.outcomes), \(result.summary.connections) connections")
        #expect(result.exchanges.map(\.intended) == arrivals)
        // Nothing due while it was dead was answered then. What was on the way when it died is lost too; after its start, a
        // refused attempt is made again within 5 ms.
        let dead = result.exchanges.filter {
            done.begin.upperBound < $0.intended.seconds && $0.done.seconds < done.end.lowerBound
        }
        #expect(dead.count > 550 && dead.allSatisfy { $0.outcome != good })
        let others = bad.filter {
            $0.done.seconds < done.begin.lowerBound || $0.intended.seconds > done.end.upperBound + 0.05
        }
        #expect(others.isEmpty, "\(others.map { ($0.intended.seconds, $0.outcome) })")
        #expect(bad.count { $0.outcome == .refused } >= bad.count - 50)
    }
}
