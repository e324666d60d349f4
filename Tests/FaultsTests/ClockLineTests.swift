import ClockSync
import Faults
import Impairments
import LinuxSystem
import Measures
import Packetfilter
import ReferenceTime
import TestSupport
import Testing

@Suite("Clock probes", .serialized, .requiresRoot, .requires(.ownedTables), .requires(.packetQueues))
struct ClockLineTests {
    enum Everything: String, CaseIterable, Sendable {
        case drop = "a drop of everything, both ways"
        case delay = "a delay of 50 ms on everything that leaves"
        case loss = "a loss of 100 %"
    }

    @Test("and their answers and follow-ups pass every fault", arguments: Everything.allCases)
    func passes(_ fault: Everything) async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let key = ProbeKey(1, 2)
            let reflector = try ClockReflector(
                listening: Endpoint(address: hosts[0].address, port: 0),
                in: hosts[0].namespace,
                epoch: 1
            )
            defer { reflector.stop() }
            reflector.admit(session: 1, key: key)
            let reference = Exemptions.Endpoint(
                address: AddressPrefix(hosts[0].address),
                port: reflector.port,
                transport: .udp
            )
            let injection = try hosts[1].namespace.inside {
                let faults = try PacketFaults(
                    interface: TestHost.interface,
                    seed: 1,
                    keeper: TestKeeper(),
                    backend: .queue,
                    exemptions: Exemptions(controls: [reference])
                )
                let now = Clocks.monotonic()
                let window = ActingWindow(start: now, end: now + Pace.longest)
                if fault == .drop {
                    return try faults.drop(
                        id: "f#1",
                        from: TrafficFilter(direction: .both),
                        window: window,
                        leaseUntil: window.end
                    )
                }
                return try faults.impair(
                    id: "f#1",
                    fault == .loss
                        ? Impairment(loss: .random(.one)) : Impairment(latency: .milliseconds(50)),
                    on: TrafficFilter(),
                    window: window,
                    leaseUntil: window.end
                )
            }
            // Begun under the fault.
            let prober = try ClockProber(
                reference: Endpoint(address: hosts[0].address, port: reflector.port),
                session: 1,
                key: key,
                in: hosts[1].namespace
            )
            defer { prober.stop() }
            let deadline = Clocks.monotonic() + 10_000_000_000
            while Clocks.monotonic() < deadline, prober.counts.kernelStamped < 64 {
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + 5_000_000)
            }
            let counts = prober.counts
            #expect(counts.kernelStamped >= 64, "answers and follow-ups: \(counts)")
            let estimate = try #require(prober.estimate())
            #expect(estimate.leastRoundTrip < 10_000_000, "\(estimate)")
            #expect(abs(estimate.offset) <= estimate.bound)
            // The fault is there: nothing else passes.
            let ping = "ping -n -c 1 -W 0.04 \(hosts[0].address)"
            #expect(try conformanceShell(ping, in: hosts[1].namespace).status != 0)
            try injection.heal()
        }
    }
}
