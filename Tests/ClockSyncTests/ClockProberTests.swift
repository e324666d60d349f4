import ClockSync
import Glibc
import LinuxSystem
import Measures
import ReferenceTime
import Synchronization
import TestSupport
import Testing

/// Reference and prober share one clock here, so the true offset is exactly 0: whatever is measured must allow that.
@Suite("Clock probes over a real socket")
struct ClockProberTests {
    private let key = ProbeKey(3, 4)

    private func eventually(_ condition: () -> Bool) -> Bool {
        for _ in 0..<5000 {
            if condition() { return true }
            usleep(2000)
        }
        return false
    }

    @Test("give an interval that holds the true offset, for IPv4 and IPv6", arguments: ["127.0.0.1", "::1"])
    func truth(address: String) throws {
        let reflector = try ClockReflector(listening: Endpoint(address: address, port: 0), epoch: 1)
        defer { reflector.stop() }
        reflector.admit(session: 9, key: key)
        let prober = try ClockProber(
            reference: Endpoint(address: address, port: reflector.port),
            session: 9,
            key: key
        )
        defer { prober.stop() }
        #expect(eventually { (prober.estimate()?.exchanges ?? 0) >= 64 })
        for _ in 0..<20 {
            let estimate = try #require(prober.estimate())
            #expect(abs(estimate.offset) <= estimate.bound, "\(estimate)")
            usleep(5000)
        }
        let estimate = try #require(prober.estimate())
        #expect(estimate.alarms == 0 && estimate.rejected == 0)
        // Loopback takes microseconds; a loaded machine milliseconds. A clock that learns nothing would be far above.
        #expect(estimate.bound < 20_000_000)
        let model = try #require(prober.model)
        let now = Clocks.monotonic()
        let there = model.reference(local: now)
        #expect(there.earliest <= now && now <= there.latest)
        print(
            "clock probes over \(address): bound \(estimate.bound) ns, least round trip \(estimate.leastRoundTrip) ns"
        )
    }

    @Test("between two hosts are stamped by the kernel four times, and the follow-up makes them narrower")
    func kernelStamps() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let reflector = try ClockReflector(
                listening: Endpoint(address: hosts[0].address, port: 0),
                in: hosts[0].namespace,
                epoch: 1
            )
            defer { reflector.stop() }
            reflector.admit(session: 9, key: key)
            let seen = Mutex<[ClockExchange]>([])
            let prober = try ClockProber(
                reference: Endpoint(address: hosts[0].address, port: reflector.port),
                session: 9,
                key: key,
                in: hosts[1].namespace
            ) { finding in seen.withLock { $0.append(finding.exchange) } }
            defer { prober.stop() }
            #expect(eventually { prober.counts.kernelStamped >= 50 })
            #expect(reflector.counts.followed >= 50)
            let exchanges = seen.withLock { $0 }
            for exchange in exchanges {
                // One clock: the truth is 0, and both limits hold it.
                #expect(exchange.received - exchange.sent + exchange.granularity >= 0)
                #expect(exchange.answered - exchange.returned - exchange.granularity <= 0)
            }
            // With the same T2, the last is the narrowest.
            let together = Dictionary(grouping: exchanges, by: \.received).values
            let narrowed = together.filter { ($0.last?.roundTrip ?? 0) < ($0.first?.roundTrip ?? 0) }
            #expect(narrowed.count >= 50)
            for stages in together {
                for (earlier, later) in zip(stages, stages.dropFirst()) {
                    #expect(later.roundTrip <= earlier.roundTrip)
                }
            }
        }
    }

    @Test("a packet that somebody repeats, forges or sends back moves no clock and makes no more bytes")
    func repeated() throws {
        let reflector = try ClockReflector(listening: Endpoint(address: "127.0.0.1", port: 0), epoch: 1)
        defer { reflector.stop() }
        reflector.admit(session: 9, key: key)
        let relay = try HostileRelay(to: reflector.port)
        defer { relay.stop() }
        let prober = try ClockProber(
            reference: Endpoint(address: "127.0.0.1", port: relay.port),
            session: 9,
            key: key,
            cadence: ProbeCadence(burst: 300)
        )
        defer { prober.stop() }
        #expect(eventually { (prober.estimate()?.exchanges ?? 0) >= 200 })
        let estimate = try #require(prober.estimate())
        #expect(abs(estimate.offset) <= estimate.bound, "\(estimate)")
        #expect(estimate.alarms == 0 && estimate.rejected == 0 && estimate.epoch == 0)
        #expect(prober.counts.answered <= prober.counts.sent)
        let bytes = relay.bytes
        #expect(bytes.repeated > 100)
        #expect(bytes.fromReflector <= bytes.toReflector)
        #expect(reflector.counts.refused > 100)
    }

    @Test("without the session's key get no answer, and a stranger's answer moves no clock")
    func stranger() throws {
        let reflector = try ClockReflector(listening: Endpoint(address: "127.0.0.1", port: 0), epoch: 1)
        defer { reflector.stop() }
        reflector.admit(session: 9, key: key)
        let endpoint = Endpoint(address: "127.0.0.1", port: reflector.port)
        let wrongKey = try ClockProber(reference: endpoint, session: 9, key: ProbeKey(5, 6))
        defer { wrongKey.stop() }
        let wrongSession = try ClockProber(reference: endpoint, session: 10, key: key)
        defer { wrongSession.stop() }
        #expect(eventually { reflector.counts.refused >= 20 })
        #expect(reflector.counts.answered == 0)
        #expect(wrongKey.estimate() == nil && wrongSession.estimate() == nil)
    }

    @Test("hold over when the reference falls silent, and sync again when it is back, as another epoch")
    func outage() throws {
        var first: ClockReflector? = try ClockReflector(
            listening: Endpoint(address: "127.0.0.1", port: 0),
            epoch: 1
        )
        first?.admit(session: 9, key: key)
        let endpoint = Endpoint(address: "127.0.0.1", port: try #require(first).port)
        let prober = try ClockProber(reference: endpoint, session: 9, key: key)
        defer { prober.stop() }
        #expect(eventually { prober.estimate()?.state == .sync })
        first?.dismiss(session: 9)
        #expect(eventually { prober.estimate()?.state == .holdover })
        let bound = try #require(prober.estimate()).bound
        #expect(eventually { (prober.estimate()?.bound ?? 0) > bound }, "the bound grows meanwhile")
        first?.admit(session: 9, key: key)
        prober.burst()
        #expect(eventually { prober.estimate()?.state == .sync })
        #expect(prober.estimate()?.epoch == 0)
        first?.stop()
        first = nil
        // The port is free once the thread has ended as well.
        var second: ClockReflector?
        #expect(
            eventually {
                second = try? ClockReflector(listening: endpoint, epoch: 2)
                return second != nil
            }
        )
        second?.admit(session: 9, key: key)
        defer { second?.stop() }
        #expect(eventually { prober.estimate()?.epoch == 1 })
        #expect(prober.estimate()?.alarms == 0)
    }

    @Test("an address that is a name is refused in words")
    func names() {
        let error = #expect(throws: ClockSyncError.self) {
            try ClockProber(reference: Endpoint(address: "localhost", port: 1), session: 1, key: key)
        }
        #expect(error?.kind == .badAddress)
    }
}
