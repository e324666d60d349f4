import Faults
import Impairments
import LinuxSystem
import Measures
import Recording
import Synchronization
import TestSupport
import Undoing

/// The kinds of packet faults that go through the suite.
enum PacketKind: String, Sendable, CaseIterable {
    case dropOneWay = "a drop one way"
    case dropBothWays = "a drop both ways"
    case delayByQueue = "a delay by the queue"
    case jitterByQueue = "a delay with jitter by the queue"
    case lossByQueue = "a loss by the queue"
    case delayByNetem = "a delay by netem"
    case jitterByNetem = "a delay with jitter by netem"
    case lossByNetem = "a loss by netem"

    static let netem: [PacketKind] = [.delayByNetem, .jitterByNetem, .lossByNetem]
    static let queue: [PacketKind] = [.delayByQueue, .jitterByQueue, .lossByQueue]
    static let drops: [PacketKind] = [.dropOneWay, .dropBothWays]

    var backend: DelayBackend { Self.netem.contains(self) ? .netem : .queue }
    var isDrop: Bool { Self.drops.contains(self) }

    /// nil for drops. Long enough that a guest's coarse clock stays within the judgement's 2 %.
    var delay: Impairment? {
        let latency = Duration(nanoseconds: Pace.milliseconds(100))
        // So great that packets overtake each other: their distances are a few milliseconds.
        let jitter = Duration(nanoseconds: Pace.milliseconds(40))
        return switch self {
        case .dropOneWay, .dropBothWays: nil
        case .delayByQueue, .delayByNetem: Self.parameters(latency, .zero, .zero)
        case .jitterByQueue, .jitterByNetem: Self.parameters(latency, jitter, .zero)
        case .lossByQueue, .lossByNetem: Self.parameters(.zero, .zero, Share("40%") ?? .one)
        }
    }

    private static func parameters(_ latency: Duration, _ jitter: Duration, _ loss: Share) -> Impairment {
        Impairment(latency: latency, jitter: jitter, loss: loss == .zero ? .none : .random(loss))
    }
}

/// A packet fault between the first and the second of four hosts, each a network namespace on one bridge.
final class PacketFault: FaultUnderTest {
    let kind: PacketKind
    let hosts: [TestHost]
    let keeper = TestKeeper()
    private let held = Mutex<Held?>(nil)

    /// What the agents of the hosts concerned hold; the first is the first host's.
    struct Held: Sendable {
        var faults: [PacketFaults] = []
        var injections: [any Injection] = []
        var window = ActingWindow(start: 0, end: 0)
        var probe: Aside<[EchoProbe.Sample]>?

        func heal() throws {
            for injection in injections { try injection.heal() }
        }

        /// What the agents find when their run ends.
        func differences() -> [String] { faults.flatMap { $0.differencesFromBefore() } }
    }

    init(_ kind: PacketKind, hosts: [TestHost]) throws {
        self.kind = kind
        self.hosts = hosts
        try PacketScene.furnish(hosts[0])
        // So that no law begins with a neighbour that must be asked for first, or a bridge that does not forward yet.
        for peer in hosts.dropFirst() {
            let answers = try eventuallyHolds {
                let now = Clocks.monotonic()
                return try probe(peer, from: now, to: now + Pace.milliseconds(5)).value().allSatisfy {
                    $0.roundTrip != nil
                }
            }
            guard answers else { throw SystemError("probe \(peer.address)", refused: "no answer") }
        }
    }

    var subject: TestHost { hosts[0] }
    var peer: TestHost { hosts[1] }

    /// Packets on this way are concerned: drops act on what arrives, all others on what leaves.
    var way: (from: TestHost, to: TestHost) { kind.isDrop ? (peer, subject) : (subject, peer) }

    // MARK: Steps

    /// Arms on a host against a peer, from a thread in that host's namespace as the agent's are.
    func arm(
        _ id: String,
        with faults: PacketFaults,
        on host: TestHost,
        against peer: TestHost,
        _ window: ActingWindow,
        leaseUntil: Int64
    ) throws -> any Injection {
        let delay = kind.delay
        return try host.namespace.inside {
            if let delay {
                return try faults.impair(
                    id: id,
                    delay,
                    on: TrafficFilter(peers: [peer.address]),
                    window: window,
                    leaseUntil: leaseUntil
                )
            }
            return try faults.drop(
                id: id,
                from: TrafficFilter(peers: [peer.address]),
                window: window,
                leaseUntil: leaseUntil
            )
        }
    }

    /// What an agent makes when a run begins.
    func agent(on host: TestHost) throws -> PacketFaults {
        let (keeper, backend) = (keeper, kind.backend)
        return try host.namespace.inside {
            try PacketFaults(interface: TestHost.interface, seed: 7, keeper: keeper, backend: backend)
        }
    }

    /// The fault as the plan has it: on one host, or on both for a drop both ways.
    func armAll(_ window: ActingWindow, leaseUntil: Int64) throws -> Held {
        var held = Held(window: window)
        held.faults.append(try agent(on: subject))
        held.injections.append(
            try arm("law#1", with: held.faults[0], on: subject, against: peer, window, leaseUntil: leaseUntil)
        )
        if kind == .dropBothWays {
            held.faults.append(try agent(on: peer))
            held.injections.append(
                try arm(
                    "law#1",
                    with: held.faults[1],
                    on: peer,
                    against: subject,
                    window,
                    leaseUntil: leaseUntil
                )
            )
        }
        return held
    }

    func probe(
        _ peer: TestHost,
        from start: Int64,
        to end: Int64,
        every interval: Int64 = Pace.milliseconds(4)
    ) throws -> Aside<[EchoProbe.Sample]> {
        let longest = kind.delay.map { $0.latency + $0.jitter * 4 } ?? .zero
        let probe = EchoProbe(
            address: peer.address,
            interval: interval,
            patience: longest.nanoseconds + Pace.milliseconds(100)
        )
        return try Aside(in: subject.namespace) { try probe.run(from: start, to: end) }
    }

    /// What the product's own judgement says about a path.
    func judge(
        _ samples: [EchoProbe.Sample],
        _ window: ActingWindow,
        packets: UInt64 = 0
    ) -> [Observation] {
        let judgement = EffectJudgement(window: window)
        guard let delay = kind.delay else {
            return [judgement.drop("law#1", peer: "peer", samples: samples, packets: packets)]
        }
        return judgement.delay("law#1", peer: "peer", asked: delay, samples: samples).map { observation in
            var granted = observation
            if observation.effect == .differs, isGranted(delay, samples, window) {
                granted.effect = .asRequested
            }
            return granted
        }
    }

    /// The judgement allows for 2 % of the delay, since that is what a fault is good for. Where other tests, or an
    /// emulator, hold the processors, a median may be later than that, but never earlier: granted are a tenth, and in an
    /// emulated guest a quarter. QueueDelayTests holds the queue to a millisecond.
    private func isGranted(_ delay: Impairment, _ samples: [EchoProbe.Sample], _ window: ActingWindow)
        -> Bool
    {
        let felt = samples.filter { $0.sentAt > window.start + 500_000 && $0.sentAt < window.end - 5_000_000 }
            .compactMap(\.roundTrip).sorted()
        guard delay.loss == .none, delay.jitter == .zero, felt.count >= 5 else { return false }
        let (latency, median) = (delay.latency.nanoseconds, felt[felt.count / 2])
        return felt[0] >= latency && median <= latency + latency / (Pace.factor > 1 ? 4 : 10)
    }

    // MARK: FaultUnderTest

    func inject() throws {
        for attempt in 1...4 {
            let now = Clocks.monotonic()
            let window = ActingWindow(start: now + Pace.lead, end: now + Pace.longest)
            let probe = try probe(peer, from: now, to: window.start + Pace.milliseconds(320))
            var armed = try armAll(window, leaseUntil: window.end)
            armed.probe = probe
            held.withLock { [armed] in $0 = armed }
            if Clocks.monotonic() < window.start {
                Clocks.sleepUntil(monotonic: window.start)
                return
            }
            if attempt == 4 { throw TooLate() }
            _ = try probe.value()
            try heal()
            _ = try close()
        }
    }

    func effect() throws -> [Observation] {
        guard let held = held.withLock({ $0 }), let samples = try held.probe?.value() else { return [] }
        let seen = ActingWindow(start: held.window.start, end: held.window.start + Pace.milliseconds(320))
        return try judge(samples, seen, packets: held.injections[0].readBack().packets)
    }

    func heal() throws {
        try held.withLock { $0 }?.heal()
    }

    /// What an agent looks at when its run ends; then it lets go.
    func close() throws -> [String] {
        let differences = held.withLock { $0 }?.differences() ?? []
        held.withLock { $0 = nil }
        return differences
    }

    /// The sockets are closed by the kernel, as they are for a process that got SIGKILL; experiments kill real agents
    /// (DeathTests). The guardian then undoes what it was told, twice at that: the journal is replayed later as well.
    func crash() throws {
        held.withLock { $0 = nil }
        for undo in keeper.history + keeper.history {
            try subject.namespace.inside { try UndoPerformer.perform(undo) }
        }
    }

    func state() throws -> [String] {
        try hosts.prefix(kind == .dropBothWays ? 2 : 1).flatMap { try PacketScene.state(of: $0) }
    }

    func trace() throws -> String? {
        let now = Clocks.monotonic()
        let samples = try probe(peer, from: now, to: now + Pace.milliseconds(160)).value()
        return Feeling(samples).complaint
    }
}
