import Glibc
import LinuxSystem
import Load
import Measures
import Recording
import Testing

/// What the generator says against what was done to a real server.
@Suite(.serialized, .enabled(if: LoadNginx.isInstalled, "nginx is missing: apt-get install nginx-light"))
struct TruthTests {
    @Test("2,000 a second are all sent and answered, and the generator knows its own lateness")
    func steadyRate() async throws {
        let nginx = try LoadNginx()
        let arrivals = LoadBench.steady(2_000, count: 6_000)
        let result = try await LoadBench(port: nginx.port).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [.answered(status: 200): 6_000])
        #expect(
            result.exchanges.allSatisfy {
                $0.intended <= $0.sent && $0.sent <= $0.firstByte && $0.firstByte <= $0.done
            }
        )
        #expect(result.summary.offered == 6_000 && result.summary.completed == 6_000)
        #expect(result.summary.lateness.count == 6_000)
        #expect(result.summary.trouble == nil)
        print(
            "2,000/s: lateness p50 \(result.summary.latenessP50.rounded), p99 \(result.summary.latenessP99.rounded),"
                + " \(result.summary.connections) connections, p50 \(result.exchanges.responseSeconds(atQuantile: 0.5) * 1e6) us,"
                + " p99 \(result.exchanges.responseSeconds(atQuantile: 0.99) * 1e6) us"
        )
    }

    @Test(
        "a server that stands still for 1 s of 10 s has a p99 near 0.9 s, a maximum of 1 s and every request"
    )
    func stall() async throws {
        let nginx = try LoadNginx()
        nonisolated(unsafe) let server = nginx
        let arrivals = LoadBench.steady(1_000, count: 10_000)
        let result = try await LoadBench(port: nginx.port).run(arrivals) { zero, _ in
            Clocks.sleepUntil(monotonic: zero + 4_500_000_000)
            server.signal(SIGSTOP)
            Clocks.sleepUntil(monotonic: zero + 5_500_000_000)
            server.signal(SIGCONT)
        }
        let p99 = result.exchanges.responseSeconds(atQuantile: 0.99)
        let maximum = result.exchanges.responseSeconds(atQuantile: 1)
        print(
            "stall: p50 \(result.exchanges.responseSeconds(atQuantile: 0.5)), p99 \(p99), max \(maximum), "
                + "lateness p99 \(result.summary.latenessP99.rounded), \(result.summary.connections) connections"
        )
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [.answered(status: 200): 10_000])
        #expect((0.85...1.05).contains(p99))
        #expect((0.95...1.1).contains(maximum))
        // The stall is the target's, not the generator's.
        #expect(result.summary.latenessP99 < .milliseconds(100))
        var merged = LatencyHistogram()
        for batch in result.batches { merged.merge(batch.responseTimes) }
        #expect(abs(merged.value(atQuantile: 0.99).seconds - p99) < 0.002 * p99)
    }

    @Test("a server that is dead for 2 s of 20 s is 90 % available, in one outage of 2 s")
    func outage() async throws {
        let nginx = try LoadNginx()
        nonisolated(unsafe) let server = nginx
        let arrivals = LoadBench.steady(1_000, count: 20_000)
        let dead = Deed()
        let result = try await LoadBench(port: nginx.port).run(arrivals) { zero, _ in
            dead.begin(at: 9, zero) { server.signal(SIGKILL) }
            // nginx takes some milliseconds until it listens.
            do { try dead.end(at: 10.99, zero) { try server.start() } } catch { Issue.record(error) }
        }
        // How long it was dead in truth: on a busy machine nginx takes longer to start.
        let truth = dead.end.upperBound - dead.begin.lowerBound
        let bad = result.exchanges.filter { $0.outcome != .answered(status: 200) }
        let first = try #require(bad.first)
        let last = try #require(bad.last)
        let outage = (last.intended - first.intended).seconds
        let availability = 1 - Double(bad.count) / 20_000
        print(
            "outage: availability \(availability), outage \(outage) s from \(first.intended.seconds), \(bad.outcomes), "
                + "slowest failure \(bad.map { $0.done - $0.intended }.max()?.rounded ?? "-")"
        )
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(abs((1 - availability) * 20 - truth) < 0.1)
        #expect(abs(outage - truth) < 0.1)
        #expect(abs(first.intended.seconds - dead.begin.lowerBound) < 0.1)
        // One outage: nothing between its ends was answered.
        #expect(bad.count >= Int(outage * 1_000) - 1)
        #expect(bad.count { $0.outcome == .refused } >= bad.count - 50)
    }
}
