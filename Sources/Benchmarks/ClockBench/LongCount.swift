import BenchSupport
import ClockSync
import Glibc
import LinuxSystem
import Measures
import ReferenceTime
import TestSupport

/// Very many exchanges, of which none may contradict the truth, on each kind of path: several probers at once, as fast as they
/// can.
struct LongCount {
    /// A path, and what happens meanwhile.
    struct Kind {
        let name: String
        var path: DelayingRelay.Path?
        var isBusy = false
        var isFlooded = false
        /// Half-way through the path is cut for so long, nanoseconds.
        var outage: Int64 = 0
    }

    static let kinds = [
        Kind(name: "idle"),
        Kind(name: "busy", isBusy: true),
        Kind(name: "queues", isFlooded: true),
        Kind(name: "delay", path: DelayingRelay.Path(out: 5_000_000)),
        Kind(name: "loss", path: DelayingRelay.Path(loss: 0.3)),
        Kind(name: "outage", path: DelayingRelay.Path(), outage: 30_000_000_000),
    ]

    private static let count = 4
    /// A kind is given up after so long, nanoseconds; the count that it came to is printed.
    private static let patience: Int64 = 1_800_000_000_000

    /// `names`: of kinds; none: all.
    static func show(_ count: Int, _ names: [String]) throws {
        print("Violations of the truth in \(count) exchanges each, \(Self.count) probers at once, ρ 200 ppm")
        print(
            "  idle; every processor busy; a full shaper; 5 ms out through a relay; 30 % lost each way; an outage of 30 s"
        )
        print(ProbeSamples.head)
        for kind in kinds where names.isEmpty || names.contains(kind.name) {
            let network = try ClockNetwork()
            let run = try LongCount(kind, network)
            try run.complete(count)
        }
    }

    private let kind: Kind
    private let reflector: ClockReflector
    private let relays: [DelayingRelay]
    private let samples: [ProbeSamples]
    private let probers: [ClockProber]

    private init(_ kind: Kind, _ network: borrowing ClockNetwork) throws {
        self.kind = kind
        if kind.isFlooded { try network.shape() }
        let reflector = try network.reflector()
        self.reflector = reflector
        // A relay has one client.
        var relays: [DelayingRelay] = []
        if let path = kind.path {
            for _ in 0..<Self.count { relays.append(try network.relay(to: reflector.port, path)) }
        }
        self.relays = relays
        samples = (0..<Self.count).map { _ in ProbeSamples() }
        var probers: [ClockProber] = []
        for (index, samples) in samples.enumerated() {
            probers.append(
                try ClockProber(
                    reference: Endpoint(
                        address: ClockNetwork.far,
                        port: relays.isEmpty ? reflector.port : relays[index].port
                    ),
                    session: ClockNetwork.session,
                    key: ClockNetwork.key,
                    in: network.nearNamespace,
                    cadence: ProbeCadence(burst: .max, burstPeriod: .microseconds(50))
                ) { samples.add($0) }
            )
        }
        self.probers = probers
        load = kind.isBusy ? try Burners() : kind.isFlooded ? try network.flood() : nil
    }

    private let load: Burners?

    private func complete(_ count: Int) throws {
        defer {
            for prober in probers { prober.stop() }
            for relay in relays { relay.stop() }
            reflector.stop()
            load?.stop()
        }
        let begin = Clocks.monotonic()
        reach(kind.outage > 0 ? count / 2 : count, since: begin)
        let looks = kind.outage > 0 ? cut() : nil
        reach(count, since: begin)
        let seconds = Double(Clocks.monotonic() - begin - kind.outage) / 1e9
        let rate = (Double(exchanges) / seconds).fixed(0)
        print(ProbeSamples.Row(samples.map(\.raw)).line("\(kind.name), \(rate)/s: one exchange"))
        print(ProbeSamples.Row(samples.map(\.interval)).line("\(pad("", 12))interval clock"))
        if let looks {
            print(
                looks.line("\(pad("", 12))its bound during the outage, looked at every ms")
            )
        }
        let found = probers.compactMap { $0.estimate() }
        print(
            "\(pad("", 14))alarms \(found.map(\.alarms).reduce(0, +)), rejected \(found.map(\.rejected).reduce(0, +))"
        )
        fflush(nil)
    }

    private var exchanges: Int { samples.map(\.complete).reduce(0, +) }

    private func reach(_ count: Int, since begin: Int64) {
        while exchanges < count, Clocks.monotonic() < begin + Self.patience { usleep(50_000) }
    }

    /// What the clocks say while nothing comes through.
    private func cut() -> ProbeSamples.Row {
        for relay in relays { relay.set(DelayingRelay.Path(isCut: true)) }
        var row = ProbeSamples.Row()
        let end = Clocks.monotonic() + kind.outage
        while Clocks.monotonic() < end {
            usleep(1000)
            for estimate in probers.compactMap({ $0.estimate() }) {
                row.add(
                    (estimate.offset - estimate.bound)...(estimate.offset + estimate.bound),
                    truth: 0
                )
            }
        }
        for relay in relays { relay.set(kind.path ?? DelayingRelay.Path()) }
        return row
    }
}
