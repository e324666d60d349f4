import Glibc
import LinuxSystem
import Measures
import Recording

/// What was done to the server, against what the exchanges say.
enum TruthScene {
    /// Stopped from 4.5 s to 5.5 s of 10 s at 1,000/s: a request due x s before the end of the stop takes x s.
    static func stall() throws {
        print("\nServer stopped for 1 s of 10 s, 1,000/s")
        let nginx = try BenchNginx()
        var stop: (Int64, Int64) = (0, 0)
        let found = try OwnGenerator.run(.init(port: nginx.port, connections: 50, seconds: 10, rate: 1_000)) {
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 4_500_000_000)
            nginx.signal(SIGSTOP)
            stop.0 = Clocks.monotonic()
            Clocks.sleepUntil(monotonic: stop.0 + 1_000_000_000)
            nginx.signal(SIGCONT)
            stop.1 = Clocks.monotonic()
        }
        let zero = Int64(found.usage.value("zero") ?? 0)
        let times = found.exchanges.map { $0.responseTime.seconds }.sorted()
        // What those take that meet neither the stop nor what it left behind, measured; the others end when it does.
        let plain = found.exchanges.filter { exchange in
            exchange.done.nanoseconds + zero < stop.0
                || exchange.intended.nanoseconds + zero > stop.1 + 100_000_000
        }.map { $0.responseTime.seconds }.sorted()
        let truth = found.exchanges.indices.map { index -> Double in
            let due = found.exchanges[index].intended.nanoseconds + zero
            let usual = plain.isEmpty ? 0 : plain[(index * plain.count / found.exchanges.count)]
            return due >= stop.0 && due < stop.1 ? Double(stop.1 - due) / 1e9 : usual
        }.sorted()
        print(
            "  \(found.exchanges.count) of 10000 accounted for, \(Set(found.exchanges.map(\.outcome.label)))"
        )
        print("  (p90 lies on the stop's edge: a tenth of all requests met it)")
        for share in [0.5, 0.9, 0.99, 0.999, 1] {
            let index = max(0, Int((share * Double(times.count)).rounded(.up)) - 1)
            let difference = (times[index] / truth[index] - 1) * 100
            print(
                "  p\((share * 100).fixed(1))  \((times[index] * 1e3).fixed(3)) ms, truth "
                    + "\((truth[index] * 1e3).fixed(3)) ms, \(difference.fixed(2)) %"
            )
        }
    }

    /// Killed for 2.0 s of 20 s at 1,000/s.
    static func kill() throws {
        print("\nServer killed for 2.0 s of 20 s, 1,000/s")
        let nginx = try BenchNginx()
        var down: (Int64, Int64) = (0, 0)
        let found = try OwnGenerator.run(.init(port: nginx.port, connections: 50, seconds: 20, rate: 1_000)) {
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 9_000_000_000)
            down.0 = Clocks.monotonic()
            nginx.kill()
            // It takes some milliseconds until it listens.
            Clocks.sleepUntil(monotonic: down.0 + 1_990_000_000)
            try nginx.start()
            down.1 = Clocks.monotonic()
        }
        let good = found.exchanges.count { $0.outcome == .answered(status: 200) }
        let truth = 1 - Double(down.1 - down.0) / 20e9
        let share = Double(good) / Double(max(1, found.exchanges.count))
        print(
            """
              \(found.exchanges.count) of 20000 accounted for, \((share * 100).fixed(2)) % answered; down for \
            \((Double(down.1 - down.0) / 1e9).fixed(3)) s, which leaves \((truth * 100).fixed(2)) %
            """
        )
    }
}
