import BenchSupport
import ClockSync
import Glibc
import LinuxSystem
import Measures
import ReferenceTime

/// chronyd beside our probes, in the same namespaces at the same time, for the same time: it with `-x`, so that it touches no
/// clock, `xleave`, so that all four stamps are the kernel's, and 16 polls a second; ours at the same 16 and at our own 20.
enum ChronyFigures {
    private static let seconds = 30

    static func show() throws {
        guard access("/usr/sbin/chronyd", X_OK) == 0 else {
            print("chrony is not installed (apt-get install chrony): no figures beside it")
            return
        }
        print(
            "Beside chrony (-x, xleave, 16 polls a second), \(seconds) s, idle; its bound is root delay / 2 + root dispersion"
        )
        let network = try ClockNetwork()
        let reflector = try network.reflector()
        defer { reflector.stop() }
        let server = try ChronyPeer(
            "server",
            in: network.farNamespace,
            lines: ["local stratum 1", "allow 10.78.1.0/24", "bindaddress \(ClockNetwork.far)"]
        )
        let client = try ChronyPeer(
            "client",
            in: network.nearNamespace,
            lines: ["server \(ClockNetwork.far) iburst xleave minpoll -4 maxpoll -4", "port 0"]
        )
        let same = try prober(network, reflector, period: .microseconds(62_500))
        let ours = try prober(network, reflector, period: .milliseconds(50))
        defer {
            same.stop()
            ours.stop()
        }
        // Both have settled after ten seconds.
        sleep(10)
        var (chrony, others) = (ProbeSamples.Row(), [ProbeSamples.Row(), ProbeSamples.Row()])
        for _ in 0..<(4 * seconds) {
            usleep(250_000)
            if let tracking = try client.tracking() { chrony.add(tracking, truth: 0) }
            for (index, prober) in [same, ours].enumerated() {
                guard let estimate = prober.estimate() else { continue }
                others[index].add(
                    (estimate.offset - estimate.bound)...(estimate.offset + estimate.bound),
                    truth: 0
                )
            }
        }
        print(ProbeSamples.head)
        print(chrony.line("chrony 4.3"))
        print(others[0].line("ours, 16 probes a second, ρ 2 ppm as chrony's"))
        print(others[1].line("ours, 20 probes a second, ρ 200 ppm"))
        extendLifetime(server)
        extendLifetime(client)
    }

    private static func prober(
        _ network: borrowing ClockNetwork,
        _ reflector: ClockReflector,
        period: Duration
    ) throws -> ClockProber {
        try ClockProber(
            reference: Endpoint(address: ClockNetwork.far, port: reflector.port),
            session: ClockNetwork.session,
            key: ClockNetwork.key,
            in: network.nearNamespace,
            // chrony's maxclockerror is 1 ppm a clock; ours is two clocks'.
            driftPPM: period == .milliseconds(50) ? 200 : 2,
            cadence: ProbeCadence(period: period)
        )
    }
}
