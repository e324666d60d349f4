import BenchSupport
import Foundation
import LinuxSystem
import Measures
import Processes

#if canImport(Glibc)
import Glibc
#endif

/// Many simulated agents in one process, each with a socket of its own, and the built `faultline run` as their coordinator:
/// connections, heartbeats, arming.
struct SimulatedFleet {
    let count: Int
    let program: String
    private let folder = "/tmp/fl-bench-\(getpid())-s"

    /// The process that stands for all the hosts; returns when it is ended.
    static func serve(_ folder: String, count: Int, version: String) async {
        OpenFiles.raiseLimit()
        await withTaskGroup(of: Void.self) { group in
            for node in 0..<count {
                group.addTask {
                    let agent = SimulatedAgent(host: FleetNetwork.name(node), version: version)
                    do { try await agent.serve(on: "\(folder)/\(node).sock") } catch {
                        print("\(node): \(error)")
                        exit(1)
                    }
                }
            }
        }
    }

    func measure(own executable: String) throws {
        try Directory.make(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        let version = "0.1.0"
        let hosts = try Spawner.spawn(
            Command(
                [executable, "serve", folder, "\(count)", version],
                environment: environment,
                log: "\(folder)/serve.log"
            )
        )
        defer {
            _ = try? hosts.signal(SIGKILL)
            _ = hosts.wait(for: .seconds(10))
        }
        let patience = Clocks.monotonic() + Duration.seconds(120).nanoseconds
        while !(0..<count).allSatisfy({ UnixSocket.isListening("\(folder)/\($0).sock") }) {
            guard hosts.isAlive, Clocks.monotonic() < patience else {
                throw SystemError("simulate agents", refused: (try? FileContents.text("\(folder)/serve.log")) ?? "")
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 200_000_000)
        }
        try write()
        let log = "\(folder)/run.log"
        var before = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &before)
        let coordinator = try Spawner.spawn(
            Command(
                [
                    program, "run", "fleet.yaml", "--inventory", "hosts.yaml", "--lease", "30s", "--results",
                    "results",
                ],
                environment: environment,
                directory: folder,
                log: log
            )
        )
        let exit = coordinator.wait(for: .seconds(400))
        if exit == nil {
            _ = try? coordinator.signal(SIGKILL)
            _ = coordinator.wait(for: .seconds(5))
        }
        var after = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &after)
        let used = FleetRun.seconds(after) - FleetRun.seconds(before)
        print("  \(count) simulated agents: exit \(exit?.description ?? "none in time")")
        print("    coordinator      \(used.fixed(1)) s of a processor, most resident \(after.ru_maxrss / 1024) MiB")
        let text = (try? FileContents.text(log)) ?? ""
        print(text.split(separator: "\n").map { "    | \($0.prefix(200))" }.joined(separator: "\n"))
    }

    private func write() throws {
        let lines = (0..<count).map { node in
            let address = "10.\(node / 65_536).\(node / 256 % 256).\(node % 256)"
            return
                "  \(FleetNetwork.name(node)): { agent: \"unix:\(folder)/\(node).sock\", addresses: [\(address)], "
                + "interface: eth0, groups: [all] }"
        }
        let inventory = "faultline-hosts: 1\nhosts:\n\(lines.joined(separator: "\n"))\n"
        try FileContents.writeAtomically(Array(inventory.utf8), to: "\(folder)/hosts.yaml")
        let experiment = """
            faultline: 1
            name: fleet
            load: { asks: { from: n0, http: { url: "http://n1:8080/", timeout: 1s }, rate: 20/s } }
            faults:
              - { name: slow, at: 150s, for: 10s, on: { group: all, except: n0 }, delay: { latency: 10ms, to: n0 } }
            targets: { availability: { objective: "90", load: asks } }
            duration: 180s

            """
        try FileContents.writeAtomically(Array(experiment.utf8), to: "\(folder)/fleet.yaml")
    }
}
