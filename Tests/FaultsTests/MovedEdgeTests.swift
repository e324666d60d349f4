import Faults
import LinuxSystem
import Measures
import Packetfilter
import TestSupport
import Testing

/// A host's clock is known better when an edge is near: the fault's window moves with it.
@Suite("A window that is moved", .serialized, .requiresRoot, .requires(.ownedTables))
struct MovedEdgeTests {
    /// What went missing of a packet a millisecond, as the first and last that were sent, after the stream's own begin.
    private struct Gap {
        let first: Int64
        let last: Int64
        /// Packets between the two that came all the same.
        let holes: Int
    }

    /// `act`: called aside with the armed fault and its window, while the packets go.
    private func gap(
        window: (start: Int64, end: Int64),
        _ act: @escaping @Sendable (any Injection, ActingWindow) throws -> Void
    ) async throws -> Gap {
        try await withTestNamespaces(count: 2) { hosts in
            let (near, far) = (hosts[0], hosts[1])
            let faults = try far.namespace.inside {
                try PacketFaults(interface: TestHost.interface, seed: 1, keeper: TestKeeper())
            }
            let begin = Clocks.monotonic() + 20_000_000
            let asked = ActingWindow(start: begin + window.start, end: begin + window.end)
            let injection = try far.namespace.inside {
                try faults.drop(
                    id: "cut#1",
                    from: TrafficFilter(peers: [near.address], direction: .ingress),
                    window: asked,
                    leaseUntil: begin + 60_000_000_000
                )
            }
            let aside = try Aside(in: far.namespace) { try act(injection, asked) }
            Clocks.sleepUntil(monotonic: begin)
            let stream = try TimedStream.run(from: near, to: far, count: 600, spacing: 1_000_000)
            try aside.value()
            try far.namespace.inside { try injection.heal() }
            #expect(faults.differencesFromBefore() == [])
            let came = Set(stream.arrivals.map(\.number))
            let lost = (0..<600).filter { !came.contains($0) }
            let (first, last) = (try #require(lost.first), try #require(lost.last))
            return Gap(
                first: Int64(first) * 1_000_000,
                last: Int64(last) * 1_000_000,
                holes: last - first + 1 - lost.count
            )
        }
    }

    /// Packets are a millisecond apart, and the sender may be late by some.
    private let tolerance: Int64 = 25_000_000

    @Test("before its start acts where it was moved to, and not where it was")
    func ahead() async throws {
        let gap = try await gap(window: (100_000_000, 200_000_000)) { injection, window in
            try injection.move(
                to: ActingWindow(start: window.start + 200_000_000, end: window.end + 200_000_000)
            )
        }
        #expect(abs(gap.first - 300_000_000) < tolerance && abs(gap.last - 400_000_000) < tolerance)
        #expect(gap.holes == 0)
    }

    @Test("that has begun does not pause: only its end moves")
    func begun() async throws {
        let gap = try await gap(window: (100_000_000, 200_000_000)) { injection, window in
            Clocks.sleepUntil(monotonic: window.start + 50_000_000)
            try injection.move(
                to: ActingWindow(start: window.start + 90_000_000, end: window.end + 200_000_000)
            )
        }
        #expect(abs(gap.first - 100_000_000) < tolerance && abs(gap.last - 400_000_000) < tolerance)
        #expect(gap.holes == 0)
    }

    @Test("that is over does not act again")
    func over() async throws {
        let gap = try await gap(window: (100_000_000, 200_000_000)) { injection, window in
            Clocks.sleepUntil(monotonic: window.end + 50_000_000)
            try injection.move(
                to: ActingWindow(start: window.start + 250_000_000, end: window.end + 250_000_000)
            )
        }
        #expect(abs(gap.first - 100_000_000) < tolerance && abs(gap.last - 200_000_000) < tolerance)
        #expect(gap.holes == 0)
    }

    @Test("stays within its lease")
    func leased() async throws {
        let gap = try await gap(window: (100_000_000, 200_000_000)) { injection, window in
            try injection.extend(leaseUntil: window.start + 30_000_000)
            try injection.move(to: ActingWindow(start: window.start, end: window.end + 100_000_000))
        }
        // The lease was long before; it is never shortened.
        #expect(abs(gap.last - 300_000_000) < tolerance)
    }
}
