import ClockSync
import Glibc
import LinuxSystem
import Measures
import ReferenceTime
import Synchronization
import TestSupport
import Testing

/// The kernel stamps packets with CLOCK_REALTIME, the probes tell of CLOCK_MONOTONIC, and a step lies between the two. The
/// machine's own clock is stepped, so only in a guest that has nobody else.
@Suite(
    "When the wall clock is stepped under clock probes",
    .serialized,
    .requiresRoot,
    .enabled(
        if: getenv("FAULTLINE_STOCK_KERNEL") != nil,
        "steps the clock of the machine: only in the stock kernel's guest"
    )
)
struct SteppedClockTests {
    private func step(_ nanoseconds: Int64) throws {
        let target = Clocks.realtime() + nanoseconds
        var time = timespec(tv_sec: Int(target / 1_000_000_000), tv_nsec: Int(target % 1_000_000_000))
        try SystemError.check("clock_settime") { clock_settime(CLOCK_REALTIME, &time) }
    }

    @Test("no exchange and no interval is wrong, no alarm is raised, and the steps are counted")
    func stepped() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let key = ProbeKey(3, 4)
            let reflector = try ClockReflector(
                listening: Endpoint(address: hosts[0].address, port: 0),
                in: hosts[0].namespace,
                epoch: 1
            )
            defer { reflector.stop() }
            reflector.admit(session: 9, key: key)
            let wrong = Atomic(0)
            let prober = try ClockProber(
                reference: Endpoint(address: hosts[0].address, port: reflector.port),
                session: 9,
                key: key,
                in: hosts[1].namespace,
                cadence: ProbeCadence(burst: .max, burstPeriod: .milliseconds(2))
            ) { finding in
                // One clock: the truth is 0.
                let exchange = finding.exchange
                let isTrue =
                    exchange.received - exchange.sent + exchange.granularity >= 0
                    && exchange.answered - exchange.returned - exchange.granularity <= 0
                if !isTrue { wrong.add(1, ordering: .relaxed) }
            }
            defer { prober.stop() }
            let hour: Int64 = 3_600_000_000_000
            let steps = [hour, -hour, 200_000, -200_000, 2_000_000, -2_000_000, 500_000_000, -500_000_000]
            usleep(500_000)
            for size in steps {
                try step(size)
                // Longer than two stretches of StampClock, so that stamps are used again before the next.
                let deadline = Clocks.monotonic() + 2_500_000_000
                while Clocks.monotonic() < deadline {
                    usleep(10_000)
                    guard let estimate = prober.estimate() else { continue }
                    #expect(abs(estimate.offset) <= estimate.bound, "after a step of \(size) ns: \(estimate)")
                }
            }
            let estimate = try #require(prober.estimate())
            #expect(wrong.load(ordering: .relaxed) == 0)
            #expect(estimate.alarms == 0 && estimate.rejected == 0 && estimate.epoch == 0)
            #expect(prober.counts.realtimeSteps >= 4, "\(prober.counts)")
            #expect(prober.counts.kernelStamped > 100, "\(prober.counts)")
        }
    }
}
