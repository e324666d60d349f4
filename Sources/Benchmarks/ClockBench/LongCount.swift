import BenchSupport
import ClockSync
import Glibc
import LinuxSystem
import Measures
import ReferenceTime

/// Very many exchanges, of which none may contradict the truth: several probers at once, as fast as they can.
enum LongCount {
    private static let probers = 4

    static func show(_ count: Int) throws {
        print("Violations of the truth in \(count) exchanges, \(probers) probers at once")
        let network = try ClockNetwork()
        let reflector = try network.reflector()
        defer { reflector.stop() }
        for isBusy in [false, true] {
            let burners = isBusy ? try Burners() : nil
            defer { burners?.stop() }
            try run(count / 2, network, reflector.port, isBusy ? "all processors busy" : "idle")
        }
    }

    private static func run(_ count: Int, _ network: borrowing ClockNetwork, _ port: UInt16, _ what: String)
        throws
    {
        let samples = (0..<probers).map { _ in ProbeSamples() }
        var running: [ClockProber] = []
        for samples in samples {
            running.append(
                try ClockProber(
                    reference: Endpoint(address: ClockNetwork.far, port: port),
                    session: ClockNetwork.session,
                    key: ClockNetwork.key,
                    in: network.nearNamespace,
                    cadence: ProbeCadence(burst: .max, burstPeriod: .microseconds(50))
                ) { samples.add($0) }
            )
        }
        defer { for prober in running { prober.stop() } }
        let begin = Clocks.monotonic()
        let deadline = begin + 1_200_000_000_000
        let complete = { samples.map(\.complete).reduce(0, +) }
        while complete() < count, Clocks.monotonic() < deadline { usleep(50_000) }
        let seconds = Double(Clocks.monotonic() - begin) / 1e9
        print(ProbeSamples.head)
        print(
            ProbeSamples.Row(samples.map(\.raw)).line(
                "\(what), \((Double(complete()) / seconds).fixed(0))/s: one exchange"
            )
        )
        print(ProbeSamples.Row(samples.map(\.interval)).line("\(pad("", 12))interval clock"))
        let alarms = running.map { $0.estimate()?.alarms ?? 0 }.reduce(0, +)
        print("  alarms \(alarms), rejected \(running.map { $0.estimate()?.rejected ?? 0 }.reduce(0, +))")
    }
}
