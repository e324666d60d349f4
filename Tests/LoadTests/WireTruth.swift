import Glibc
import LinuxSystem
import Load
import Measures
import Recording
import Testing

/// What must hold of every protocol when its server stands still or dies. Counted from when it really did.
struct WireTruth {
    let bench: LoadBench
    let good: Outcome
    var perSecond = 400
    /// What a server that is going or coming may say, beside refusing connections.
    var isOfDying: @Sendable (Outcome) -> Bool = { _ in false }

    /// For 4 s; the server stands still from about 1.5 s to 2.5 s.
    func stall(_ signal: @escaping (Int32) -> Void) async throws {
        nonisolated(unsafe) let signal = signal
        let done = Deed()
        let arrivals = LoadBench.steady(perSecond, count: 4 * perSecond)
        let result = try await bench.run(arrivals) { zero, _ in
            done.begin(at: 1.5, zero) { signal(SIGSTOP) }
            done.end(at: 2.5, zero) { signal(SIGCONT) }
        }
        let maximum = result.exchanges.responseSeconds(atQuantile: 1)
        print("stall: max \(maximum) s of \(done.end.upperBound - done.begin.lowerBound) s")
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [good: 4 * perSecond])
        // What was due while it stood still was answered when it went on, and not before. A signal takes a while.
        let during = result.exchanges.filter {
            done.begin.upperBound + 0.02 < $0.intended.seconds && $0.intended.seconds < done.end.lowerBound
        }
        let stood = done.end.lowerBound - done.begin.upperBound
        #expect(Double(during.count) > 0.9 * stood * Double(perSecond))
        #expect(during.allSatisfy { $0.done.seconds >= done.end.lowerBound })
        #expect(maximum >= stood - 0.03)
    }

    /// For 5 s; the server is dead from about 1.5 s to 3 s, and for a second at least.
    func kill(_ kill: @escaping () -> Void, start: @escaping () throws -> Void) async throws {
        nonisolated(unsafe) let kill = kill
        nonisolated(unsafe) let start = start
        let done = Deed()
        let arrivals = LoadBench.steady(perSecond, count: 5 * perSecond)
        let result = try await bench.run(arrivals) { zero, _ in
            done.begin(at: 1.5, zero, kill)
            // On a busy machine it takes a while until the last of its processes is gone.
            let end = max(2.98, done.begin.upperBound + 1)
            do { try done.end(at: end, zero, start) } catch { Issue.record(error) }
        }
        let bad = result.exchanges.filter { $0.outcome != good }
        print("kill: \(result.exchanges.outcomes), \(result.summary.connections) connections")
        #expect(result.exchanges.map(\.intended) == arrivals)
        // Nothing due while it was dead was answered then. What was on the way when it died is lost too; after its start, a
        // refused attempt is made again within 5 ms.
        let dead = result.exchanges.filter {
            done.begin.upperBound < $0.intended.seconds && $0.done.seconds < done.end.lowerBound
        }
        let gone = done.end.lowerBound - done.begin.upperBound
        let longest = dead.map(\.responseTime.seconds).max() ?? 0
        #expect(
            Double(dead.count) > 0.9 * gone * Double(perSecond),
            "\(dead.count) known within the \(gone) s from \(done.begin), after \(longest) s at most"
        )
        #expect(dead.allSatisfy { $0.outcome != good })
        let others = bad.filter {
            $0.done.seconds < done.begin.lowerBound || $0.intended.seconds > done.end.upperBound + 0.05
        }
        #expect(others.isEmpty, "\(others.map { ($0.intended.seconds, $0.outcome) })")
        let unlike = bad.filter { $0.outcome != .refused && !isOfDying($0.outcome) }
        #expect(unlike.count <= 50, "\(unlike.outcomes)")
    }
}
