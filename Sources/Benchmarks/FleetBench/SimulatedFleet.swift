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

    func measure(own executable: String) throws {
        let began = Clocks.monotonic()
        let network = try SimulatedNetwork(count: count)
        let took = Double(Clocks.monotonic() - began) / 1e9
        print("  \(count) keys issued in \(took.fixed(1)) s")
        let agents = try start(executable, in: network)
        defer {
            _ = try? agents.signal(SIGKILL)
            _ = agents.wait(for: .seconds(10))
        }
        let run = CoordinatorRun(
            program: program,
            namespace: network.namespace,
            folder: network.folder,
            key: SimulatedNetwork.key(FleetNetwork.coordinator, in: network.folder),
            lease: "30s",
            limit: duration + .seconds(600)
        )
        let outcome = try run.run(experiment)
        outcome.printCosts(of: "a run that delays all but one")
        outcome.printOutput()
    }

    private func start(_ executable: String, in network: SimulatedNetwork) throws -> ProcessHandle {
        let log = "\(network.folder)/serve.log"
        let command = Command(
            [executable, "serve", network.folder],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
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
