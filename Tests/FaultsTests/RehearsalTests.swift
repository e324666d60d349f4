import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import TestSupport
import Testing

@testable import Faults

@Suite("A rehearsal", .serialized, .requiresRoot, .requires(.ownedTables))
struct RehearsalTests {
    private struct Asked: Sendable {
        let impairment: Impairment
        let direction: TrafficFilter.Direction
        let seconds: ClosedRange<Int64>
    }

    /// They meet, follow each other and stay apart; the last is what netem leaves to the queue.
    private static let asked = [
        Asked(
            impairment: Impairment(
                latency: .milliseconds(20),
                loss: .random(Share("1%") ?? .zero, correlation: .zero)
            ),
            direction: .both,
            seconds: 0...20
        ),
        Asked(impairment: Impairment(latency: .microseconds(200)), direction: .egress, seconds: 5...30),
        Asked(
            impairment: Impairment(duplicate: Chance(Share("2%") ?? .zero)),
            direction: .egress,
            seconds: 10...15
        ),
        Asked(impairment: Impairment(latency: .milliseconds(7)), direction: .ingress, seconds: 40...50),
        Asked(impairment: Impairment(latency: .milliseconds(8)), direction: .ingress, seconds: 50...60),
        Asked(
            impairment: Impairment(rate: LineRate(bitsPerSecond: 999_500, burst: 16_000)),
            direction: .egress,
            seconds: 70...80
        ),
    ]

    @Test(
        "says word for word what is then armed, by each backend",
        arguments: [DelayBackend.netem, .queue].filter { $0.isHere }
    )
    func same(backend: DelayBackend) async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let peers = TrafficFilter(peers: [hosts[1].address])
            try hosts[0].namespace.inside {
                let exemptions = Exemptions()
                let faults = try PacketFaults(
                    interface: TestHost.interface,
                    seed: 5,
                    keeper: TestKeeper(),
                    backend: backend
                )
                var rehearsal = PacketRehearsal(
                    links: try RouteSocket().links(),
                    interface: TestHost.interface,
                    seed: 5,
                    exemptions: exemptions,
                    filter: try FilterSocket(),
                    backend: backend
                )
                // Far ahead: nothing acts while this test runs.
                let base = Clocks.monotonic() + 3_600_000_000_000
                var armed: [any Injection] = []
                for (index, asked) in Self.asked.enumerated() {
                    var filter = peers
                    filter.direction = asked.direction
                    let window = ActingWindow(
                        start: base + asked.seconds.lowerBound * 1_000_000_000,
                        end: base + asked.seconds.upperBound * 1_000_000_000
                    )
                    let told = try rehearsal.impair(
                        id: "f#\(index)",
                        asked.impairment,
                        on: filter,
                        window: window
                    )
                    let injection = try faults.impair(
                        id: "f#\(index)",
                        asked.impairment,
                        on: filter,
                        window: window,
                        leaseUntil: window.end
                    )
                    armed.append(injection)
                    #expect(injection.operation == told)
                    #expect(try injection.readBack().isInstalled)
                }
                for injection in armed { try injection.heal() }
                #expect(faults.differencesFromBefore() == [])
            }
        }
    }
}

extension DelayBackend {
    fileprivate var isHere: Bool {
        switch self {
        case .netem: Feature.delayTree.answer().isYes && Feature.packetDetours.answer().isYes
        case .queue: Feature.packetQueues.answer().isYes
        case .none: false
        }
    }
}
