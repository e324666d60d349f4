import BenchSupport
import Decomposition
import Glibc
import LinuxSystem
import Measures

/// Where the time went, against its truth: a load and a server of known think time, a router between them whose links have
/// known delays, and faults of known delay on the client. Two namespaces are captured, their clocks are measured as those of a
/// run's hosts. Needs root. Tables on standard output.
@main
enum SplitBench {
    static func main() async {
        do {
            print(MachineFacts.read().words)
            print(
                "Truth: the server's own stamps, the router's captures of both its interfaces, what was asked of the client's"
            )
            print("faults. Goal: each part within 5 % or 20 µs of it.")
            var floor: Int64?
            for scenario in SplitScenario.all {
                print("\n\(scenario.name), \(scenario.requests) requests at \(SplitScenario.perSecond)/s")
                let found = try await SplitRun(scenario).run()
                show(scenario, found, floor: floor)
                floor = floor ?? found.phase[.clientAgain].quantile(0.5)?.nanoseconds
            }
        } catch {
            print("bench-split: \(error)")
            exit(1)
        }
    }

    private static func show(_ scenario: SplitScenario, _ found: SplitRun.Figures, floor: Int64?) {
        let phase = found.phase
        print(
            "  \(pad("part", 16)) \(pad("truth", 12)) \(pad("p50", 12)) \(pad("mean", 12)) "
                + "\(pad("p99", 12)) \(pad("mean bound", 12)) \(pad("p50 − truth", 12)) goal"
        )
        for part in phase.parts {
            let name = part.part.name
            guard let median = part.quantile(0.5), let mean = part.mean else { continue }
            let truth = scenario.truth(part.part, found, floor: floor)
            let words = truth.map { truth in
                let error = median.nanoseconds - truth
                return "\(pad(micro(error), 12)) \(abs(error) <= max(20_000, truth / 20) ? "met" : "MISSED")"
            }
            print(
                "  \(pad(name, 16)) \(pad(truth.map(micro) ?? "not known", 12)) \(pad(micro(median.nanoseconds), 12)) "
                    + "\(pad(micro(mean.nanoseconds), 12)) \(pad(micro(part.quantile(0.99)?.nanoseconds ?? 0), 12)) "
                    + "\(pad(micro(part.meanBound?.nanoseconds ?? 0), 12)) \(words ?? "")"
            )
        }
        let difference = phase.parts.reduce(0) { $0 + $1.sum } - phase.responseSum
        print(
            "  split \(phase.split) of \(scenario.requests); the parts' sum less the response times': \(difference) ns; "
                + "asked of the links \(micro(scenario.out)) and \(micro(scenario.back))"
        )
    }
}
