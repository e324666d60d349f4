import AgentSupport
import Foundation
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The kernel compares packets with CLOCK_REALTIME: when that is stepped, faults end in time all the same. The machine's
/// own clock is stepped, so only in a guest that has nobody else.
@Suite(
    "When the wall clock is stepped while a partition acts",
    .serialized,
    .requiresRoot,
    .enabled(
        if: getenv("FAULTLINE_STOCK_KERNEL") != nil,
        "steps the clock of the machine: only in the stock kernel's guest"
    )
)
struct ClockStepTests {
    static let hour: Int64 = 3_600_000_000_000

    private func step(_ nanoseconds: Int64) throws {
        let target = Clocks.realtime() + nanoseconds
        var time = timespec(tv_sec: Int(target / 1_000_000_000), tv_nsec: Int(target % 1_000_000_000))
        try SystemError.check("clock_settime") { clock_settime(CLOCK_REALTIME, &time) }
    }

    private struct Bed: Sendable {
        let agent: AgentUnderTest
        let host: TestHost
        let peer: TestHost
        let start: Int64
        let end: Int64

        /// Whether an echo request to the peer is answered within 100 ms.
        func passes() throws -> Bool {
            let probe = EchoProbe(address: peer.address, interval: 1_000_000, patience: 100_000_000)
            return try host.namespace.inside {
                let now = Clocks.monotonic()
                return try probe.run(from: now, to: now + 1_000_000).contains { $0.roundTrip != nil }
            }
        }

        /// The instant from which on packets pass; nil: not before the limit.
        func flows(before limit: Int64) throws -> Int64? {
            while Clocks.monotonic() < limit {
                if try passes() { return Clocks.monotonic() }
            }
            return nil
        }
    }

    /// While it acts.
    private func withPartition(
        lease: Duration,
        length: Duration = .seconds(8),
        _ body: (Bed) async throws -> Void
    ) async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let folder = "/tmp/\(hosts[0].namespace.name)"
            try Directory.make(folder)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let agent = try await AgentUnderTest(
                in: hosts[0].namespace,
                program: Worker.program("faultline"),
                folder: folder,
                reference: (hosts[1].namespace, hosts[1].address),
                interface: TestHost.interface
            )
            defer { agent.end() }
            let start = Clocks.monotonic() + 2_000_000_000
            try await agent.arm(
                .partition(from: hosts[1].address, direction: "both"),
                at: start,
                for: length,
                lease: lease
            )
            let bed = Bed(
                agent: agent,
                host: hosts[0],
                peer: hosts[1],
                start: start,
                end: start + length.nanoseconds
            )
            Clocks.sleepUntil(monotonic: start + 500_000_000)
            #expect(try !bed.passes(), "it does not act")
            try await body(bed)
        }
    }

    @Test("by an hour, it acts on to its end, and no longer", arguments: [-hour, hour])
    func end(nanoseconds: Int64) async throws {
        try await withPartition(lease: .seconds(4)) { bed in
            try step(nanoseconds)
            defer { try? step(-nanoseconds) }
            while Clocks.monotonic() < bed.end - 2_000_000_000 {
                try await bed.agent.renew()
                #expect(try !bed.passes(), "it has ended with the step")
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + 300_000_000)
            }
            let flows = try #require(try bed.flows(before: bed.end + 2_000_000_000))
            #expect(flows >= bed.end)
            #expect(try await bed.agent.close() == [])
        }
    }

    @Test("by an hour, it ends with the lease, when nobody renews that", arguments: [-hour, hour])
    func lease(nanoseconds: Int64) async throws {
        try await withPartition(lease: .seconds(3)) { bed in
            try await bed.agent.renew()
            let over = Clocks.monotonic() + 3_000_000_000
            try step(nanoseconds)
            defer { try? step(-nanoseconds) }
            #expect(try bed.flows(before: over + 2_000_000_000) != nil)
        }
    }

    /// By less than it has acted, it would act on for so long; by more, again when that hour comes.
    @Test(
        "back, it ends with the lease of a frozen agent, which its guardian ends",
        arguments: [-5_000_000_000, -hour]
    )
    func frozen(nanoseconds: Int64) async throws {
        try await withPartition(lease: .seconds(3), length: .seconds(60)) { bed in
            while Clocks.monotonic() < bed.start + 6_000_000_000 {
                try await bed.agent.renew()
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + 300_000_000)
            }
            let over = Clocks.monotonic() + 3_000_000_000
            _ = try bed.agent.process.signal(SIGSTOP)
            try step(nanoseconds)
            defer { try? step(-nanoseconds) }
            #expect(try bed.flows(before: over + 2_000_000_000) != nil)
            let left = Duration(nanoseconds: max(0, over + 2_000_000_000 - Clocks.monotonic()))
            #expect(bed.agent.process.wait(for: left) != nil, "\(bed.agent.guardianLog)")
            #expect(try bed.passes())
        }
    }
}
