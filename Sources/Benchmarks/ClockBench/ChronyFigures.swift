import BenchSupport
import ClockSync
import Glibc
import LinuxSystem
import Measures
import ReferenceTime

/// chronyd beside our probes, in the same namespaces at the same time, for the same time: it with `-x`, so that it touches no
/// clock, `xleave`, so that all four stamps are the kernel's, and 16 polls a second; ours at its own 20, at 1000 as around an
/// armed edge, and at the same 16 with the same faith in oscillators (chrony's maxclockerror is 1 ppm a clock).
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
        let steady = try prober(network, reflector, ProbeCadence())
        let dense = try prober(network, reflector, ProbeCadence(burst: .max))
        let alike = try prober(network, reflector, ProbeCadence(period: .microseconds(62_500)), driftPPM: 2)
        let denseAlike = try prober(network, reflector, ProbeCadence(burst: .max), driftPPM: 2)
        defer { for prober in [steady, dense, alike, denseAlike] { prober.stop() } }
        // All have settled after ten seconds.
        sleep(10)
        var chrony = ProbeSamples.Row()
        var bounds = [ProbeSamples.Row](repeating: ProbeSamples.Row(), count: 4)
        var guess = ProbeSamples.Row()
        for _ in 0..<(4 * seconds) {
            usleep(250_000)
            if let tracking = try client.tracking() { chrony.add(tracking, truth: 0) }
            for (index, prober) in [dense, steady, alike, denseAlike].enumerated() {
                guard let estimate = prober.estimate() else { continue }
                bounds[index].add(
                    (estimate.offset - estimate.bound)...(estimate.offset + estimate.bound),
                    truth: 0
                )
                guard index == 1, let other = estimate.guess else { continue }
                guess.add((other.offset - other.halfWidth)...(other.offset + other.halfWidth), truth: 0)
            }
        }
        print(ProbeSamples.head)
        print(chrony.line("chrony 4.3, dispersion 1 ppm"))
        print(bounds[0].line("ours, 1 ms apart as around an edge, ρ 200 ppm, proven"))
        print(bounds[1].line("ours, 20 a second, ρ 200 ppm, proven"))
        print(guess.line("ours, 20 a second, estimated"))
        print(bounds[2].line("ours, 16 a second, ρ 2 ppm, proven if that holds"))
        print(bounds[3].line("ours, 1 ms apart, ρ 2 ppm, proven if that holds"))
        extendLifetime(server)
        extendLifetime(client)
    }

    private static func prober(
        _ network: borrowing ClockNetwork,
        _ reflector: ClockReflector,
        _ cadence: ProbeCadence,
        driftPPM: Int64 = 200
    ) throws -> ClockProber {
        try ClockProber(
            reference: Endpoint(address: ClockNetwork.far, port: reflector.port),
            session: ClockNetwork.session,
            key: ClockNetwork.key,
            in: network.nearNamespace,
            driftPPM: driftPPM,
            cadence: cadence
        )
    }
}
