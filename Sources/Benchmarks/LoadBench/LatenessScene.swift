import BenchSupport
import Capture
import Glibc
import LinuxSystem
import Measures
import Recording

/// When the packets of an open load really left, against when they were due.
struct LatenessScene {
    let seconds: Int
    private static let connections = 50

    func show() throws {
        print("\nOpen loop, \(seconds) s: packet of the request on lo − due time")
        for rate in [1_000, 10_000] {
            try show(rate)
            try showPeer(rate)
        }
    }

    private func show(_ rate: Int) throws {
        let nginx = try BenchNginx()
        let path = "/tmp/fl-bench-\(getpid())-wire.pcap"
        let capture = try PacketCapture(
            interface: "lo",
            filter: "tcp dst port \(nginx.port)",
            file: path,
            fileBytes: 512 << 20
        )
        let map = ClockMap.read()
        let found = try OwnGenerator.run(
            .init(port: nginx.port, connections: Self.connections, seconds: seconds, rate: rate)
        )
        let captured = capture.stop()
        let sends = try CapturedSends(taking: String(path.dropLast(5) + ".1.pcap"))
        let stamps = sends.all.map { map.monotonic(realtime: $0) }
        let zero = Int64(found.usage.value("zero") ?? 0)
        let dues = found.exchanges.map { $0.intended.nanoseconds + zero }
        guard stamps.count == dues.count else {
            let outcomes = Set(found.exchanges.map(\.outcome.label))
            print(
                "  \(rate)/s: \(stamps.count) of \(dues.count) requests seen, \(captured.dropped) packets lost by the "
                    + "capture, outcomes \(outcomes): no figures, run it again"
            )
            return
        }
        let late = zip(stamps, dues).map { $0 - $1 }.sorted()
        let at = { (share: Double) in micro(late[min(late.count - 1, Int(share * Double(late.count)))]) }
        print(
            """
              \(rate)/s: p50 \(at(0.5)), p99 \(at(0.99)), p99.9 \(at(0.999)), greatest \(at(1)); most in one ms \
            \(burst(stamps)); \(dues.count) of \(rate * seconds) accounted for; own reading p50 \
            \(micro(Int64(found.usage.value("p50") ?? 0))), p99 \(micro(Int64(found.usage.value("p99") ?? 0))); CPU \
            \(found.usage.seconds.fixed(2)) s
            """
        )
    }

    /// wrk2, where FAULTLINE_BENCH_WRK2 says where it is, since Debian has none: against the schedule that each of its
    /// connections keeps for itself, begun at its least late send, which is the best that can be said of it.
    private func showPeer(_ rate: Int) throws {
        guard let program = getenv("FAULTLINE_BENCH_WRK2").map({ String(cString: $0) }) else { return }
        let nginx = try BenchNginx()
        let path = "/tmp/fl-bench-\(getpid())-peer.pcap"
        let capture = try PacketCapture(
            interface: "lo",
            filter: "tcp dst port \(nginx.port)",
            file: path,
            fileBytes: 512 << 20
        )
        let connections = Self.connections
        let running = try MeasuredProgram(
            [
                program, "-t1", "-c\(connections)", "-d\(seconds)s", "-R\(rate)",
                "http://127.0.0.1:\(nginx.port)/",
            ],
            processor: 1
        )
        let usage = try running.finish()
        _ = capture.stop()
        let sends = try CapturedSends(taking: String(path.dropLast(5) + ".1.pcap"))
        let late = sends.lateness(interval: Int64(connections) * 1_000_000_000 / Int64(rate)).sorted()
        guard !late.isEmpty else { return print("  wrk2 sent nothing") }
        let at = { (share: Double) in micro(late[min(late.count - 1, Int(share * Double(late.count)))]) }
        print(
            "  wrk2, \(rate)/s: p50 \(at(0.5)), p99 \(at(0.99)), p99.9 \(at(0.999)), greatest \(at(1)); most in one ms "
                + "\(burst(sends.all)); \(late.count) of \(rate * seconds) sent; CPU \(usage.seconds.fixed(2)) s"
        )
    }

    private func burst(_ stamps: [Int64]) -> Int {
        var most = 0
        var first = 0
        for index in stamps.indices {
            while stamps[index] - stamps[first] >= 1_000_000 { first += 1 }
            most = max(most, index - first + 1)
        }
        return most
    }
}
