import BenchSupport
import Foundation
import LinuxSystem
import Measures

#if canImport(Glibc)
import Glibc
#endif

/// A fleet on one machine, for `make bench-fleet`: as many real agents as asked for, each in a network namespace of its own
/// and reached by TCP with keys, and one coordinator that cuts them in halves. What an agent costs at rest, how soon all are
/// armed, what the run costs. Needs root. FleetBench [AGENTS] [SECONDS OF REST], or
/// FleetBench simulated [AGENTS] [SECONDS OF THE RUN]: thousands that are simulated by one process.
@main
enum FleetBench {
    static func main() async {
        let words = CommandLine.arguments
        if words.count == 3, words[1] == "serve" {
            do { try await SimulatedServer.serve(words[2], version: "0.1.0") } catch { print("\(error)") }
            exit(1)
        }
        // Namespaces and folders go with their owners, also when something fails.
        do {
            try measure()
        } catch {
            print("bench-fleet: \(error)")
            exit(1)
        }
    }

    private static func measure() throws {
        let own = URL(fileURLWithPath: CommandLine.arguments[0])
        let asked = ProcessInfo.processInfo.environment["FAULTLINE_BENCH_PROGRAM"]
        let beside = own.deletingLastPathComponent().appending(path: "faultline")
        let program = (asked.map { URL(fileURLWithPath: $0) } ?? beside).path
        if CommandLine.arguments.dropFirst().first == "simulated" {
            let numbers = CommandLine.arguments.dropFirst(2).compactMap { Int($0) }
            let count = min(max(numbers.first ?? 10_000, 2), 50_000)
            let seconds = min(max(numbers.dropFirst().first ?? 30, 25), 600)
            print("A simulated fleet of \(count) agents (\(MachineFacts.read().words))")
            return try SimulatedFleet(count: count, duration: .seconds(seconds), program: program)
                .measure(own: own.path)
        }
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let count = min(max(numbers.first ?? 200, 2), 250)
        let rest = Duration.seconds(min(max(numbers.dropFirst().first ?? 30, 5), 600))
        print("A fleet of \(count) agents (\(MachineFacts.read().words))")
        let network = try FleetNetwork(nodes: count)
        let agents = try FleetAgents(on: network, program: program)
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + Duration.seconds(5).nanoseconds)
        let before = agents.usage()
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + rest.nanoseconds)
        let after = agents.usage()
        let shares = zip(before.processor, after.processor).map { ($1 - $0) / rest.seconds * 100 }
        print("  at rest, \(Int(rest.seconds)) s, an agent with its guardian:")
        print("    processor        \(words(shares, "% of one", digits: 4))")
        print(
            "    resident         \(words(after.resident.map { $0 / 1_048_576 }, "MiB", digits: 1)), without its guardian"
        )
        print("    its guardian     \(words(after.guardian.map { $0 / 1_048_576 }, "MiB", digits: 1))")
        print("    both, by parts   \(words(after.proportional.map { $0 / 1_048_576 }, "MiB", digits: 1))")
        if let calls = agents.systemCallsPerSecond(over: .seconds(20)) {
            print("    system calls     \(calls.fixed(2)) in a second")
        }
        let run = try FleetRun(network: network, program: program).run()
        let during = agents.usage()
        let used = zip(after.processor, during.processor).map { $1 - $0 }
        run.printCosts(of: "a run that cuts them in halves")
        print("    an agent         \(words(used, "s of a processor", digits: 2))")
        run.printOutput()
    }

    private static func words(_ values: [Double], _ unit: String, digits: Int) -> String {
        let values = values.sorted()
        guard let least = values.first, let most = values.last else { return "–" }
        return
            "median \(values[values.count / 2].fixed(digits)) \(unit), least \(least.fixed(digits)), "
            + "p99 \(values[values.count * 99 / 100].fixed(digits)), most \(most.fixed(digits))"
    }
}
