import Faults
import LinuxSystem
import Netlink
import Packetfilter
import TestSupport
import Testing

/// The same impairment means the same by netem and by the queue: what comes out of both is of one distribution. Both run on
/// one kernel, with delays so large that an emulator's coarse clock does not matter.
@Suite(
    "Two backends, one meaning",
    .serialized,
    .requiresRoot,
    .requires(.ownedTables),
    .requires(.packetDetours),
    .requires(.packetQueues),
    .requires(.delayTree)
)
struct BackendMeaningTests {
    @Test("what comes out of netem and out of the queue is alike", arguments: BackendCase.all)
    func alike(row: BackendCase) async throws {
        let netem = try await Self.stream(row, by: .netem)
        let queue = try await Self.stream(row, by: .queue)
        #expect(netem.errors == [] && queue.errors == [], "a sender was told")
        #expect(row.comparison.differences(netem, queue, row) == [])
    }

    private static func stream(_ row: BackendCase, by backend: DelayBackend) async throws -> TimedStream {
        try await withTestNamespaces(count: 2) { hosts in
            let (near, far) = (hosts[0], hosts[1])
            // So that the first packet waits for no neighbour.
            _ = try TimedStream.run(from: near, to: far, count: 1, spacing: 0)
            let (faults, injection) = try near.namespace.inside {
                let faults = try PacketFaults(
                    interface: TestHost.interface,
                    seed: 11,
                    keeper: TestKeeper(),
                    backend: backend
                )
                let now = Clocks.monotonic()
                let window = ActingWindow(start: now, end: now + Pace.longest)
                let injection = try faults.impair(
                    id: "f#1",
                    row.asked,
                    on: TrafficFilter(peers: [far.address]),
                    window: window,
                    leaseUntil: window.end
                )
                return (faults, injection)
            }
            #expect(
                injection.operation.text.contains("queue ") == (backend == .queue),
                "\(injection.operation.text)"
            )
            let stream = try TimedStream.run(
                from: near,
                to: far,
                count: row.count,
                spacing: row.spacing * 1_000_000,
                size: row.size,
                quiet: 500_000_000
            )
            try near.namespace.inside { try injection.heal() }
            #expect(faults.differencesFromBefore() == [])
            return stream
        }
    }
}
