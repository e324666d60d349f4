import BenchSupport
import ClockSync
import Glibc
import LinuxSystem
import Measures
import ReferenceTime
import TestSupport

/// The path is cut for 30 s: what the bound and the estimate are meanwhile, and a second after.
enum OutageFigures {
    static func show() throws {
        print("An outage of 30 s, probes 20 a second: the bound, the error, and what is only an estimate")
        let network = try ClockNetwork()
        let reflector = try network.reflector()
        defer { reflector.stop() }
        let relay = try network.relay(to: reflector.port, DelayingRelay.Path())
        defer { relay.stop() }
        let prober = try ClockProber(
            reference: Endpoint(address: ClockNetwork.far, port: relay.port),
            session: ClockNetwork.session,
            key: ClockNetwork.key,
            in: network.nearNamespace
        )
        defer { prober.stop() }
        watch(prober, "before", seconds: 10)
        relay.set(DelayingRelay.Path(isCut: true))
        watch(prober, "outage", seconds: 30)
        relay.set(DelayingRelay.Path())
        usleep(300_000)
        watch(prober, "after", seconds: 5)
    }

    private static func watch(_ prober: ClockProber, _ what: String, seconds: Int64) {
        let end = Clocks.monotonic() + seconds * 1_000_000_000
        var (bound, error, guess, violations, looks) = (Int64(0), Int64(0), Int64(0), 0, 0)
        while Clocks.monotonic() < end {
            usleep(10_000)
            guard let estimate = prober.estimate() else { continue }
            looks += 1
            bound = max(bound, estimate.bound)
            error = max(error, abs(estimate.offset))
            guess = max(guess, abs(estimate.guess?.offset ?? 0))
            if abs(estimate.offset) > estimate.bound { violations += 1 }
        }
        let state = prober.estimate()?.state.rawValue ?? "nothing"
        print(
            "  \(pad(what, 8)) bound up to \(micro(bound)), its middle off by up to \(micro(error)), the estimate by up to "
                + "\(micro(guess)); \(violations)/\(looks) violations; \(state) at its end"
        )
    }
}
