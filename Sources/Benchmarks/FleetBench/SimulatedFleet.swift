import BenchSupport
import Foundation
import LinuxSystem
import Measures
import Processes

#if canImport(Glibc)
import Glibc
#endif

/// Many simulated agents in one process, and the built `faultline run` as their coordinator: connections with keys,
/// heartbeats, memory, arming.
struct SimulatedFleet {
    let count: Int
    /// Of the run, beside what it takes to begin.
    let duration: Duration
    let program: String

    private static let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]

    func measure(own executable: String) throws {
        let began = Clocks.monotonic()
        let network = try SimulatedNetwork(count: count)
        let folder = network.folder
        print("  \(count) keys issued in \(Self.seconds(since: began)) s")
        let agents = try start(executable, in: network)
        defer {
            _ = try? agents.signal(SIGKILL)
            _ = agents.wait(for: .seconds(10))
        }
        try FileContents.writeAtomically(Array(experiment.utf8), to: "\(folder)/fleet.yaml")
        let log = "\(folder)/run.log"
        var before = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &before)
        let asked = Clocks.monotonic()
        let command = Command(
            [
                program, "run", "fleet.yaml", "--inventory", "hosts.yaml", "--lease", "30s", "--results",
                "results",
                "--keys", SimulatedNetwork.key(FleetNetwork.coordinator, in: folder),
            ],
            environment: Self.environment,
            directory: folder,
            log: log
        )
        let coordinator = try network.namespace.inside { try Spawner.spawn(command) }
        let exit = coordinator.wait(for: duration + .seconds(600))
        if exit == nil {
            _ = try? coordinator.signal(SIGKILL)
            _ = coordinator.wait(for: .seconds(5))
        }
        var after = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &after)
        let used = FleetRun.seconds(after) - FleetRun.seconds(before)
        print("  run: \(exit?.description ?? "not over in time"), \(Self.seconds(since: asked)) s")
        print(
            "    coordinator      \(used.fixed(1)) s of a processor, most resident \(after.ru_maxrss / 1024) MiB"
        )
        let text = (try? FileContents.text(log)) ?? ""
        print(text.split(separator: "\n").map { "    | \($0.prefix(200))" }.joined(separator: "\n"))
    }

    private static func seconds(since began: Int64) -> String {
        (Double(Clocks.monotonic() - began) / 1e9).fixed(1)
    }

    private func start(_ executable: String, in network: SimulatedNetwork) throws -> ProcessHandle {
        let log = "\(network.folder)/serve.log"
        let command = Command(
            [executable, "serve", network.folder],
            environment: Self.environment,
            log: log
        )
        let agents = try network.namespace.inside { try Spawner.spawn(command) }
        let patience = Clocks.monotonic() + Duration.seconds(30).nanoseconds
        while (try? FileContents.text(log))?.contains("listens") != true {
            guard agents.isAlive, Clocks.monotonic() < patience else {
                _ = try? agents.signal(SIGKILL)
                throw SystemError(
                    "simulate agents",
                    refused: (try? FileContents.text(log)) ?? "no word of it"
                )
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 50_000_000)
        }
        return agents
    }

    /// A delay on every host but one, towards that one. Nobody sends the load, so that the run ends without a judgement.
    private var experiment: String {
        """
        faultline: 1
        name: fleet
        load: { asks: { from: n0, http: { url: "http://n1:8080/", timeout: 1s }, rate: 20/s } }
        faults:
          - { name: slow, at: 10s, for: 10s, on: { group: all, except: n0 }, delay: { latency: 10ms, to: n0 } }
        targets: { availability: { objective: "90", load: asks } }
        duration: \(Int(duration.seconds))s

        """
    }
}
