import ClockSync
import LinuxSystem
import Measures
import ReferenceTime
import Synchronization
import TestSupport
import Testing

/// Reference and prober on one kernel: the true offset is exactly 0, and every exchange and every estimate must allow that.
@Suite("The bound, over thousands of exchanges", .serialized, .requiresRoot)
struct ProvenBoundTests {
    private struct Tally: Sendable {
        var clock = IntervalClock(driftPPM: 200)
        var exchanges = 0
        var violations = 0
        /// Of single exchanges, nanoseconds.
        var widest: Int64 = 0
    }

    /// Exchanges over the path, 100 µs apart, until there are `count`, which the path is told of as they come.
    private func measure(
        over path: DelayingRelay.Path,
        count: Int,
        change: (Int, DelayingRelay) -> Void = { _, _ in }
    ) async throws -> (tally: Tally, estimate: ClockEstimate) {
        let key = ProbeKey(3, 4)
        return try await withTestNamespaces(count: 3) { hosts in
            let reflector = try ClockReflector(
                listening: Endpoint(address: hosts[0].address, port: 0),
                in: hosts[0].namespace,
                epoch: 1
            )
            defer { reflector.stop() }
            reflector.admit(session: 9, key: key)
            let relay = try DelayingRelay(
                on: hosts[1].address,
                to: (hosts[0].address, reflector.port),
                in: hosts[1].namespace,
                path: path
            )
            defer { relay.stop() }
            let tally = Mutex(Tally())
            let prober = try ClockProber(
                reference: Endpoint(address: hosts[1].address, port: relay.port),
                session: 9,
                key: key,
                in: hosts[2].namespace,
                cadence: ProbeCadence(burst: .max, burstPeriod: .microseconds(100))
            ) { finding in
                let exchange = finding.exchange
                tally.withLock { tally in
                    tally.exchanges += 1
                    let isTrue =
                        exchange.received - exchange.sent + exchange.granularity >= 0
                        && exchange.answered - exchange.returned - exchange.granularity <= 0
                    _ = tally.clock.add(exchange, isRefined: !finding.isFirst)
                    let holds = tally.clock.limits(at: exchange.returned)?.contains(0) ?? true
                    if !isTrue || !holds { tally.violations += 1 }
                    tally.widest = max(tally.widest, exchange.roundTrip)
                }
            }
            defer { prober.stop() }
            // Bounded by a minute.
            let deadline = Clocks.monotonic() + 60_000_000_000
            while Clocks.monotonic() < deadline, prober.counts.answered < count {
                change(prober.counts.answered, relay)
                if let estimate = prober.estimate() {
                    #expect(abs(estimate.offset) <= estimate.bound, "\(estimate)")
                }
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + 1_000_000)
            }
            #expect(prober.counts.answered >= count)
            return (tally.withLock { $0 }, try #require(prober.estimate()))
        }
    }

    @Test(
        "holds with 5 ms more one way, which shift the middle by half of them and nobody can see",
        arguments: [true, false]
    )
    func asymmetric(isOut: Bool) async throws {
        let delay: Int64 = 5_000_000
        let (tally, estimate) = try await measure(
            over: .init(out: isOut ? delay : 0, back: isOut ? 0 : delay),
            count: 10_000
        )
        #expect(tally.violations == 0)
        #expect(estimate.alarms == 0 && estimate.rejected == 0)
        #expect(estimate.bound >= 2_500_000, "no bound of less is true")
        #expect(abs(estimate.offset) > 2_000_000)
        print(
            "5 ms \(isOut ? "out" : "back"): \(tally.exchanges) exchanges, 0 violations, bound \(estimate.bound) ns"
        )
    }

    @Test("holds with 30 % of the packets lost each way")
    func loss() async throws {
        let (tally, estimate) = try await measure(over: .init(loss: 0.3), count: 5_000)
        #expect(tally.violations == 0)
        #expect(estimate.alarms == 0 && estimate.rejected == 0)
    }

    @Test("holds through an outage, while it grows, and after it")
    func outage() async throws {
        let cut = Mutex<Int64?>(nil)
        let (tally, estimate) = try await measure(over: .init(), count: 5_000) { answered, relay in
            guard answered >= 2_000 else { return }
            let since = cut.withLock { since -> Int64 in
                if since == nil { relay.set(.init(isCut: true)) }
                since = since ?? Clocks.monotonic()
                return since ?? 0
            }
            if Clocks.monotonic() - since > 2_000_000_000 { relay.set(.init()) }
        }
        #expect(tally.violations == 0)
        #expect(estimate.alarms == 0 && estimate.epoch == 0)
        #expect(cut.withLock { $0 } != nil)
    }
}
