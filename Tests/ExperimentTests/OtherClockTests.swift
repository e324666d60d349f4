import AgentSupport
import Foundation
import LinuxSystem
import Measures
import Packetfilter
import Processes
import Recording
import TestSupport
import Testing

/// Agents in time namespaces: what their clocks show has nothing to do with the reference.
@Suite(.serialized, .requiresRoot, .requires(.ownedTables)) struct OtherClockTests {
    @Test(arguments: [100, 1_000_000])
    func `a fault begins and ends at its instant on a host whose clock is seconds ahead`(ahead: Int)
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-clock-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withTestNamespaces(count: 2) { hosts in
            let agent = try await AgentUnderTest(
                in: hosts[0].namespace,
                program: Program.path,
                folder: folder.path,
                reference: (hosts[1].namespace, hosts[1].address),
                interface: TestHost.interface,
                clockAhead: ahead
            )
            defer { agent.end() }
            let start = Clocks.monotonic() + 800_000_000
            let length = Duration.milliseconds(200)
            try await agent.arm(
                .partition(from: hosts[1].address, direction: "ingress"),
                at: start,
                for: length,
                lease: .seconds(10)
            )
            let lost = try await Self.lost(from: hosts[1], to: hosts[0], until: start + 400_000_000)
            let (first, last) = (try #require(lost.min()), try #require(lost.max()))
            // Probes are two milliseconds apart, and a busy machine sends them late.
            #expect(abs(first - start) < 40_000_000, "\(first - start) ns")
            #expect(abs(last - start - length.nanoseconds) < 40_000_000, "\(last - start) ns")
            let settled = agent.armings.filter { $0.state == .settled }
            #expect(settled.map(\.edge) == [.start, .end])
            for (arming, truth) in zip(settled, [start, start + length.nanoseconds]) {
                let interval = arming.interval
                let range = interval.earliest.nanoseconds...interval.latest.nanoseconds
                #expect(range.contains(truth), "\(range) without \(truth)")
            }
            #expect(try await agent.close() == [])
        }
    }

    /// When echo requests went out that got no answer.
    private static func lost(from: TestHost, to: TestHost, until end: Int64) async throws -> [Int64] {
        let samples = try from.namespace.inside {
            try EchoProbe(address: to.address, interval: 2_000_000, patience: 100_000_000)
                .run(from: Clocks.monotonic(), to: end)
        }
        return samples.filter { $0.roundTrip == nil }.map(\.sentAt)
    }
}
