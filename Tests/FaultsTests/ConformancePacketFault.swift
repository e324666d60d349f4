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
    case arrivalsByQueue = "a delay of what arrives, by the queue"
    case duplicateByQueue = "duplicates by the queue"
    case corruptByQueue = "damage by the queue"
    case reorderByQueue = "reordering by the queue"
    case burstsByQueue = "losses in bursts by the queue"
    case rateByQueue = "a slow line by the queue"
    case delayByNetem = "a delay by netem"
    case jitterByNetem = "a delay with jitter by netem"
    case lossByNetem = "a loss by netem"

    static let netem: [PacketKind] = [.delayByNetem, .jitterByNetem, .lossByNetem]
    static let queue: [PacketKind] = [.delayByQueue, .jitterByQueue, .lossByQueue, .arrivalsByQueue]
    /// Whose effect is counted instead of felt by probes; they share window, lease and tables with those above.
    static let counted: [PacketKind] = [
        .duplicateByQueue, .corruptByQueue, .reorderByQueue, .burstsByQueue, .rateByQueue,
    ]
    static let drops: [PacketKind] = [.dropOneWay, .dropBothWays]

    var backend: DelayBackend { Self.netem.contains(self) ? .netem : .queue }
    var isDrop: Bool { Self.drops.contains(self) }
    var actsOnArrivals: Bool { isDrop || self == .arrivalsByQueue }

    /// nil for drops. Long enough that a guest's coarse clock stays within the judgement's 2 %.
    var delay: Impairment? {
        let latency = Duration(nanoseconds: Pace.milliseconds(100))
        // So great that packets overtake each other: their distances are a few milliseconds.
        let jitter = Duration(nanoseconds: Pace.milliseconds(40))
        return switch self {
        case .dropOneWay, .dropBothWays: nil
        case .delayByQueue, .delayByNetem, .arrivalsByQueue: Self.parameters(latency, .zero, .zero)
        case .jitterByQueue, .jitterByNetem: Self.parameters(latency, jitter, .zero)
        case .lossByQueue, .lossByNetem: Self.parameters(.zero, .zero, Self.share("40%"))
        case .duplicateByQueue: Impairment(duplicate: Chance(Self.share("40%")))
        case .corruptByQueue: Impairment(corrupt: Chance(Self.share("40%")))
        case .reorderByQueue: Impairment(latency: latency, reordering: Reordering(share: .one, gap: 3))
        case .burstsByQueue:
            Impairment(loss: .gilbertElliott(toBad: Self.share("30%"), toGood: Self.share("60%")))
        case .rateByQueue: Impairment(rate: LineRate(bitsPerSecond: Self.rate))
        }
    }

    private static func share(_ text: String) -> Share { Share(text) ?? .one }

    /// A probe (24 bytes of ICMP, and the headers of IPv4 and Ethernet: 58) takes two times the distance of probes, 8 ms: they queue.
    static let probeBits: Int64 = 58 * 8
    static let rate = UInt64(probeBits * 1_000_000_000 / Pace.milliseconds(8))

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
        var before: [EchoProbe.Sample] = []
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
    var way: (from: TestHost, to: TestHost) { kind.actsOnArrivals ? (peer, subject) : (subject, peer) }

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
        let (delay, direction) = (kind.delay, kind.actsOnArrivals ? TrafficFilter.Direction.ingress : .egress)
        return try host.namespace.inside {
            if let delay {
                var filter = TrafficFilter(peers: [peer.address])
                filter.direction = direction
                return try faults.impair(
                    id: id,
                    delay,
                    on: filter,
                    window: window,
                    leaseUntil: leaseUntil
                )
            }
            return try faults.drop(
                id: id,
                from: TrafficFilter(peers: [peer.address], direction: .ingress),
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
            patience: longest.nanoseconds + Pace.milliseconds(kind == .rateByQueue ? 1000 : 100)
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
        return judgement.delay("law#1", peer: "peer", asked: delay, samples: samples)
    }

    /// The line is full as long as probes queue for it, so that answers come as far apart as the line takes for one.
    private static func rate(_ samples: [EchoProbe.Sample]) -> Observation {
        let answers = samples.compactMap { sample in sample.roundTrip.map { sample.sentAt + $0 } }.sorted()
        let gaps = zip(answers, answers.dropFirst()).map { $1 - $0 }.sorted()
        let median = gaps.isEmpty ? 1 : gaps[gaps.count / 2]
        let found = UInt64(PacketKind.probeBits * 1_000_000_000 / max(1, median))
        let error = abs(Double(found) / Double(PacketKind.rate) - 1)
        return Observation(
            fault: "law#1",
            quantity: "rate to peer",
            requested: "\(PacketKind.rate) bit/s",
            observed: "\(found) bit/s",
            effect: gaps.count < 10 ? .notMeasured : error < 0.05 ? .asRequested : .differs
        )
    }

    // MARK: FaultUnderTest

    /// Nothing here waits for an instant that arming would have to be ahead of: the path is felt before, and from when the
    /// fault was armed on.
    func inject() throws {
        let now = Clocks.monotonic()
        let before = try probe(peer, from: now, to: now + Pace.milliseconds(80)).value()
        let start = Clocks.monotonic()
        var armed = try armAll(ActingWindow(start: start, end: start + Pace.longest), leaseUntil: .max)
        let acting = Clocks.monotonic()
        armed.window = ActingWindow(start: acting, end: acting + Pace.milliseconds(320))
        armed.before = before
        armed.probe = try probe(peer, from: acting, to: armed.window.end)
        held.withLock { [armed] in $0 = armed }
    }

    func effect() throws -> [Observation] {
        guard let held = held.withLock({ $0 }), let during = try held.probe?.value() else { return [] }
        let samples = held.before + during
        let tally = try held.injections[0].readBack().tally
        var observations = judge(samples, held.window, packets: tally.seen)
        if let asked = kind.delay {
            observations += TallyJudgement().observations("law#1", asked: asked, tally: tally)
        }
        if kind == .rateByQueue {
            observations.append(Self.rate(during))
        }
        return observations
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
