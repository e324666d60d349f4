import Faults
import Impairments
import LinuxSystem
import Measures
import Recording
import TestSupport
import Testing

/// What holds of every packet fault besides: its window, its lease, its neighbours, and what senders notice.
enum PacketLaw: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case window = "waits armed, acts in its window, ends by itself, tells no sender"
    case lease = "ends with a lease that nobody renews"
    case renewal = "goes on without a gap when the lease is renewed, until its end"
    case overlap = "removed, leaves its neighbour and bystanders untouched"
    case cancelled = "healed before its start, never acts"
    case connection = "cuts or slows an established connection, which then goes on"

    var testDescription: String { rawValue }

    func check(_ kind: PacketKind) async throws {
        switch self {
        case .window: try await Self.window(kind)
        case .lease: try await Self.lease(kind)
        case .renewal: try await Self.renewal(kind)
        case .overlap: try await Self.overlap(kind)
        case .cancelled: try await Self.cancelled(kind)
        case .connection: try await Self.connection(kind)
        }
    }

    private static func with(
        _ kind: PacketKind,
        hosts: Int = 2,
        _ body: (PacketFault) throws -> Void
    ) async throws {
        try await withTestNamespaces(count: hosts) { hosts in try body(PacketFault(kind, hosts: hosts)) }
    }

    /// What was to be done ahead of an instant was done ahead of it; else the law was not put to the test.
    private static func expectAhead(of instant: Int64, _ what: Comment) {
        let now = Clocks.monotonic()
        #expect(now < instant, what)
    }

    /// A fault acts from its start on, or from when it was armed if that was later.
    private static func acting(_ window: ActingWindow, armed: Int64, until end: Int64? = nil) -> ActingWindow
    {
        ActingWindow(start: max(window.start, armed), end: end ?? window.end)
    }

    private static func check(_ observations: [Observation]) {
        #expect(!observations.isEmpty)
        for observation in observations { #expect(observation.effect == .asRequested, "\(observation)") }
    }

    /// What was held when the fault was healed leaves on time: not earlier, and it is not lost.
    private static func checkHeld(_ kind: PacketKind, _ samples: [EchoProbe.Sample]) {
        guard let delay = kind.delay, delay.loss == .none else { return }
        let shortest = (delay.latency - delay.jitter).nanoseconds
        #expect(samples.allSatisfy { ($0.roundTrip ?? 0) >= shortest }, "lost, or let go too early")
    }

    /// Armed, it waits; it acts within its window; it ends without anybody's doing; senders hear nothing of it.
    private static func window(_ kind: PacketKind) async throws {
        try await with(kind) { fault in
            let before = try fault.state()
            let start = Clocks.monotonic() + Pace.lead
            let window = ActingWindow(start: start, end: start + Pace.milliseconds(400))
            let samples = try fault.probe(
                fault.peer,
                from: Clocks.monotonic(),
                to: window.end + Pace.milliseconds(150)
            )
            let held = try fault.armAll(window, leaseUntil: window.start + Pace.longest)
            let armed = try held.injections.map { try $0.readBack() }
            expectAhead(of: start, "armed and read back")
            #expect(armed.allSatisfy { $0.isInstalled && $0.packets == 0 }, "\(armed)")
            let datagrams = try Datagrams.run(
                from: fault.way.from,
                to: fault.way.to,
                at: start + Pace.milliseconds(50),
                count: 100,
                spacing: Pace.milliseconds(2)
            )

            let felt = try samples.value()
            let early = felt.filter { $0.sentAt < start - Pace.milliseconds(50) }
            #expect(Feeling(early).complaint == nil, "before the start")
            let counts = try held.injections.map { try $0.readBack() }
            let packets = counts.reduce(0) { $0 + $1.packets }
            check(fault.judge(felt, window, packets: packets))
            #expect(
                Feeling(felt.filter { $0.sentAt >= window.end }).complaint == nil,
                "after the end, not healed"
            )
            #expect(counts.allSatisfy { $0.isInstalled })

            let sent = try datagrams.value()
            #expect(sent.errors == [], "the sender was told")
            switch kind {
            case .dropOneWay, .dropBothWays: #expect(sent.arrived == [])
            // 40 expected, standard deviation 4.9; four of them.
            case .lossByQueue, .lossByNetem: #expect((40...80).contains(sent.arrived.count))
            default: #expect(sent.arrived.count == 100)
            }
            // What the kernel counted are at least these: the datagrams, and half of the probes or all of them.
            #expect(packets >= 100 + 20, "\(packets)")

            for injection in held.injections {
                try injection.heal()
                #expect(try !injection.readBack().isInstalled)
            }
            #expect(held.differences() == [])
            #expect(held.differences() == [])
            try expectSame(before, fault.state())
            #expect(fault.keeper.kept == [])
        }
    }

    /// Nobody renews: it ends with the lease, though its window is longer and nobody heals it.
    private static func lease(_ kind: PacketKind) async throws {
        try await with(kind) { fault in
            let now = Clocks.monotonic()
            let window = ActingWindow(start: now + Pace.lead, end: now + Pace.longest)
            let lease = window.start + Pace.milliseconds(300)
            let samples = try fault.probe(fault.peer, from: now, to: lease + Pace.milliseconds(200))
            let held = try fault.armAll(window, leaseUntil: lease)
            let armed = Clocks.monotonic()
            let felt = try samples.value()
            check(fault.judge(felt, acting(window, armed: armed, until: lease), packets: 0))
            #expect(Feeling(felt.filter { $0.sentAt >= lease }).complaint == nil)
            try held.heal()
        }
    }

    /// Renewed in time, it goes on without a gap, but not beyond its own end. What was counted stays counted.
    private static func renewal(_ kind: PacketKind) async throws {
        try await with(kind) { fault in
            let now = Clocks.monotonic()
            let start = now + Pace.lead
            let window = ActingWindow(start: start, end: start + Pace.milliseconds(700))
            let samples = try fault.probe(fault.peer, from: now, to: window.end + Pace.milliseconds(150))
            let held = try fault.armAll(window, leaseUntil: start - Pace.milliseconds(50))
            // A lease that ends before the start keeps it armed all the same.
            let lease = start + Pace.milliseconds(600)
            for injection in held.injections {
                #expect(try injection.readBack().isInstalled)
                try injection.extend(leaseUntil: lease)
            }
            expectAhead(of: start, "renewed while it waits")
            Clocks.sleepUntil(monotonic: start + Pace.milliseconds(120))
            let counted = try held.injections.map { try $0.readBack().packets }
            for injection in held.injections {
                try injection.extend(leaseUntil: start + Pace.longest)
                // An older one that comes later takes nothing back.
                try injection.extend(leaseUntil: start + Pace.milliseconds(10))
            }
            expectAhead(of: lease, "renewed while it acts")
            let renewed = try held.injections.map { try $0.readBack() }
            #expect(renewed.allSatisfy { $0.isInstalled })
            #expect(zip(renewed, counted).allSatisfy { $0.packets >= $1 }, "\(counted) \(renewed)")
            // Of the two sides of a drop both ways, only the far one sees the requests.
            #expect(counted.contains { $0 > 0 })
            let felt = try samples.value()
            check(fault.judge(felt, window, packets: 0))
            #expect(Feeling(felt.filter { $0.sentAt >= window.end }).complaint == nil)
            for injection in held.injections {
                try injection.heal()
                // A renewal that was under way brings nothing back.
                try injection.extend(leaseUntil: start + Pace.longest)
                #expect(try !injection.readBack().isInstalled)
            }
        }
    }

    /// Two on one host: removing one leaves the other, and a flow that concerns neither, untouched.
    private static func overlap(_ kind: PacketKind) async throws {
        try await with(kind, hosts: 4) { try overlap($0) }
    }

    private static func overlap(_ fault: PacketFault) throws {
        let before = try fault.state()
        let (other, bystander) = (fault.hosts[2], fault.hosts[3])
        let now = Clocks.monotonic()
        let window = ActingWindow(start: now + Pace.lead, end: now + Pace.longest)
        let healing = window.start + Pace.milliseconds(320)
        let end = healing + Pace.milliseconds(700)
        let first = try fault.probe(fault.peer, from: now, to: end)
        let second = try fault.probe(other, from: now, to: end)
        let held = try fault.armAll(window, leaseUntil: window.end)
        // From here on: a first fault by netem exchanges the interface's root, which costs a packet now and then.
        let third = try fault.probe(bystander, from: Clocks.monotonic(), to: end + Pace.milliseconds(200))
        let remaining = try fault.arm(
            "law#2",
            with: held.faults[0],
            on: fault.subject,
            against: other,
            window,
            leaseUntil: window.end
        )
        let armed = Clocks.monotonic()
        Clocks.sleepUntil(monotonic: healing)
        try held.heal()
        let healed = Clocks.monotonic()
        expectAhead(of: end - Pace.milliseconds(80), "healed while probes are sent")

        let felt = try first.value()
        let both = acting(window, armed: armed, until: healing)
        check(fault.judge(felt, both))
        #expect(Feeling(felt.filter { $0.sentAt > healed }).complaint == nil, "the healed one")
        checkHeld(
            fault.kind,
            felt.filter { $0.sentAt > both.start + 500_000 && $0.sentAt < healing - 5_000_000 }
        )
        let touched = try second.value()
        check(fault.judge(touched, acting(window, armed: armed, until: end)))
        let during = touched.filter { $0.sentAt > both.start }
        if let delay = fault.kind.delay, delay.loss == .none {
            #expect(during.allSatisfy { $0.roundTrip != nil }, "what the other one holds was lost")
        }
        #expect(try remaining.readBack().isInstalled)
        try remaining.heal()
        let background = try third.value()
        #expect(background.allSatisfy { $0.roundTrip != nil })
        #expect(Feeling(background).complaint == nil, "the bystander")
        #expect(held.differences() == [])
        try expectSame(before, fault.state())
    }

    /// Healed before its start, it never acts.
    private static func cancelled(_ kind: PacketKind) async throws {
        try await with(kind) { fault in
            let before = try fault.state()
            let start = Clocks.monotonic() + Pace.lead
            let window = ActingWindow(start: start, end: start + Pace.milliseconds(200))
            let samples = try fault.probe(fault.peer, from: Clocks.monotonic(), to: window.end)
            let held = try fault.armAll(window, leaseUntil: window.end)
            try held.heal()
            expectAhead(of: start, "healed")
            #expect(Feeling(try samples.value().filter { $0.sentAt > start }).complaint == nil)
            #expect(held.differences() == [])
            try expectSame(before, fault.state())
        }
    }

    /// An established connection is cut, or slowed, and goes on afterwards with every byte.
    private static func connection(_ kind: PacketKind) async throws {
        try await with(kind) { fault in
            let start = Clocks.monotonic() + Pace.lead
            let window = ActingWindow(start: start, end: start + Pace.milliseconds(300))
            let count = 100
            let spacing = (window.end + Pace.milliseconds(100) - Clocks.monotonic()) / Int64(count)
            let talk = try Conversation.run(
                from: fault.way.from,
                to: fault.way.to,
                at: Clocks.monotonic(),
                count: count,
                spacing: spacing
            )
            let held = try fault.armAll(window, leaseUntil: window.end)
            let acting = acting(window, armed: Clocks.monotonic())
            #expect(try talk.writing.value() == [], "the writer was told")
            let arrivals = try talk.reading.value()
            #expect(arrivals.map(\.number) == (0..<Int64(count)).map { $0 })
            let inside = arrivals.filter {
                $0.at > acting.start + Pace.milliseconds(20) && $0.at < acting.end - Pace.milliseconds(5)
            }
            if kind.isDrop { #expect(inside.isEmpty, "\(inside.count) came through") }
            #expect(arrivals.contains { $0.at < window.start })
            try held.heal()
        }
    }
}
