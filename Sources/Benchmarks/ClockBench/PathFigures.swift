import BenchSupport
import ClockSync
import Glibc
import LinuxSystem
import Measures
import TestSupport

/// Probes at 1 kHz over a veth, idle, with every processor busy, through a relay that delays or loses, and behind a shaper that
/// is full.
enum PathFigures {
    private static let exchanges = 4000

    static func show() throws {
        print(
            "Clock probes 1 ms apart, \(exchanges) exchanges each, ρ 200 ppm: one exchange, and the interval clock"
        )
        print("  goal: error p99 at most 1 µs and bound p50 under 1 µs idle and busy; no violation anywhere")
        print(ProbeSamples.head)
        for isBusy in [false, true] {
            let load = isBusy ? ", all processors busy" : ", idle"
            try measure("veth\(load)", isBusy: isBusy)
            try inTimeNamespace("time namespace + 100 s\(load)", isBusy: isBusy)
        }
        try measure("200 Mbit/s shaper, full", isFlooded: true)
        try measure("relay", through: DelayingRelay.Path())
        try measure("relay, 5 ms out", through: DelayingRelay.Path(out: 5_000_000))
        try measure("relay, 5 ms back", through: DelayingRelay.Path(back: 5_000_000))
        try measure("relay, 30 % lost each way", through: DelayingRelay.Path(loss: 0.3))
        try measure(
            "relay, 5 ms out, all processors busy",
            through: DelayingRelay.Path(out: 5_000_000),
            isBusy: true
        )
    }

    private static func measure(
        _ what: String,
        through path: DelayingRelay.Path? = nil,
        isBusy: Bool = false,
        isFlooded: Bool = false
    ) throws {
        let network = try ClockNetwork()
        let reflector = try network.reflector()
        defer { reflector.stop() }
        let relay = try path.map { try network.relay(to: reflector.port, $0) }
        defer { relay?.stop() }
        if isFlooded { try network.shape() }
        let flood = isFlooded ? try network.flood() : nil
        defer { flood?.stop() }
        let burners = isBusy ? try Burners() : nil
        defer { burners?.stop() }
        try probe(what, network, port: relay?.port ?? reflector.port, truth: 0)
    }

    private static func inTimeNamespace(_ what: String, isBusy: Bool) throws {
        let network = try ClockNetwork()
        let child = try ChildReflector(in: network.farNamespace)
        let burners = isBusy ? try Burners() : nil
        defer { burners?.stop() }
        try probe(what, network, port: ChildReflector.port, truth: ChildReflector.ahead)
        extendLifetime(child)
    }

    private static func probe(_ what: String, _ network: borrowing ClockNetwork, port: UInt16, truth: Int64)
        throws
    {
        let samples = ProbeSamples(truth: truth)
        let prober = try ClockProber(
            reference: Endpoint(address: ClockNetwork.far, port: port),
            session: ClockNetwork.session,
            key: ClockNetwork.key,
            in: network.nearNamespace,
            cadence: ProbeCadence(burst: .max)
        ) { samples.add($0) }
        defer { prober.stop() }
        let deadline = Clocks.monotonic() + 30_000_000_000
        while samples.complete < exchanges, Clocks.monotonic() < deadline { usleep(20_000) }
        let share = (samples.stamped * 100).fixed(1)
        print(samples.raw.line("\(what): one exchange (\(share) % kernel's)"))
        print(samples.interval.line("\(pad("", 12))interval clock"))
        fflush(nil)
    }
}
