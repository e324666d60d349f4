import AgentProtocol
import ClockSync
import Faults
import LinuxSystem
import Measures
import Recording
import ReferenceTime
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

@testable import Agent

/// A keeper with a real clock exchange, and a fault that only remembers.
@Suite("Edges of faults, as they come near", .serialized, .requiresRoot) struct EdgeKeeperTests {
    private final class Told: Sendable {
        let moves = Mutex<[(at: Int64, window: ActingWindow)]>([])
        let armings = Mutex<[(Arming.Edge, ClockModel.Converted, Arming.State)]>([])
        let refusals = Mutex(0)
        let readings = Mutex<[(ClockReading, Int64)]>([])
    }

    private func withKeeper(
        refusesBeyond: Int64? = nil,
        driftPPM: Int64 = 200,
        _ body: (EdgeKeeper, Told, SessionClock) throws -> Void
    ) async throws {
        try await withTestNamespaces(count: 1) { hosts in
            let namespace = hosts[0].namespace
            let reflector = try ClockReflector(
                listening: Endpoint(address: "127.0.0.1", port: 0),
                in: namespace,
                epoch: 1
            )
            defer { reflector.stop() }
            reflector.admit(session: 1, key: ProbeKey(2, 3))
            let clock = try namespace.inside {
                try SessionClock(
                    .with {
                        $0.address = "127.0.0.1"
                        $0.port = UInt32(reflector.port)
                        $0.session = 1
                        $0.keyFirst = 2
                        $0.keySecond = 3
                    }
                )
            }
            defer { clock.stop() }
            clock.waitForFirst()
            let told = Told()
            let keeper = try EdgeKeeper(
                clock: clock,
                refusesBeyond: refusesBeyond,
                record: { (reading, local) in told.readings.withLock { $0.append((reading, local)) } }
            ) {
                (_, edge, interval, state) in
                told.armings.withLock { $0.append((edge, interval, state)) }
            }
            defer { keeper.stop() }
            try body(keeper, told, clock)
        }
    }

    private func keep(
        _ keeper: EdgeKeeper,
        _ told: Told,
        from start: Int64,
        to end: Int64,
        set window: ActingWindow,
        rule: Edge.Rule = .nearest
    ) {
        keeper.keep(
            EdgeKeeper.Fault(
                id: "f#1",
                start: Edge(reference: start, rule: rule),
                end: Edge(reference: end),
                move: { window in told.moves.withLock { $0.append((Clocks.monotonic(), window)) } },
                disarm: { told.refusals.withLock { $0 += 1 } }
            ),
            window: window
        )
    }

    /// The reference is this host's own clock: where an edge lies is known.
    @Test func `are set before they come, where the clock says, and the truth lies within the bound`()
        async throws
    {
        try await withKeeper { keeper, told, _ in
            let start = Clocks.monotonic() + 300_000_000
            let end = start + 250_000_000
            // Armed four milliseconds beside it, as after an hour of drift.
            let strayed = ActingWindow(start: start + 4_000_000, end: end + 4_000_000)
            keep(keeper, told, from: start, to: end, set: strayed)
            Clocks.sleepUntil(monotonic: end + 50_000_000)
            let moves = told.moves.withLock { $0 }
            let armings = told.armings.withLock { $0 }
            #expect(armings.map(\.0) == [.start, .end])
            #expect(armings.allSatisfy { $0.2 == .settled })
            for (arming, truth) in zip(armings, [start, end]) {
                #expect((arming.1.earliest...arming.1.latest).contains(truth))
            }
            let first = try #require(moves.last { $0.at < start })
            #expect(abs(first.window.start - start) <= armings[0].1.bound)
            let last = try #require(moves.last)
            #expect(last.at < end && abs(last.window.end - end) <= armings[1].1.bound)
            let read = told.readings.withLock { $0 }.map(\.1)
            #expect(
                read.count == 2 && zip(read, [start, end]).allSatisfy { $0 > $1 && $0 < $1 + 200_000_000 }
            )
            #expect(keeper.window(of: "f#1")?.start == first.window.start, "a start that has passed stays")
        }
    }

    @Test func `not before means on no host earlier than asked`() async throws {
        try await withKeeper { keeper, told, _ in
            let start = Clocks.monotonic() + 200_000_000
            let window = ActingWindow(start: start, end: start + 1_000_000_000)
            keep(keeper, told, from: start, to: window.end, set: window, rule: .notBefore)
            Clocks.sleepUntil(monotonic: start + 20_000_000)
            let settled = try #require(told.armings.withLock { $0 }.first)
            let moved = try #require(told.moves.withLock { $0 }.last)
            #expect(moved.window.start >= start && settled.1.earliest >= start)
        }
    }

    @Test func `a start that is not known well enough is refused before it comes, and only that once`()
        async throws
    {
        try await withKeeper(refusesBeyond: 10) { keeper, told, _ in
            let start = Clocks.monotonic() + 200_000_000
            let window = ActingWindow(start: start, end: start + 200_000_000)
            keep(keeper, told, from: start, to: window.end, set: window)
            Clocks.sleepUntil(monotonic: start - 1_000_000)
            #expect(told.refusals.withLock { $0 } == 1)
            Clocks.sleepUntil(monotonic: window.end + 50_000_000)
            #expect(told.refusals.withLock { $0 } == 1)
            #expect(told.armings.withLock { $0 }.map(\.2) == [.refused])
        }
    }
}
