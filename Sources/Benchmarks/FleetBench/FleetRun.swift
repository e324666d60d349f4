import Foundation
import LinuxSystem
import Measures
import Processes

#if canImport(Glibc)
import Glibc
#endif

/// One run by the built `faultline run`: the fleet is cut in halves, for some seconds, while one node asks a server.
struct FleetRun {
    let network: FleetNetwork
    let program: String

    struct Outcome {
        /// The program's own words.
        let output: String
        let code: Int32?
        /// Seconds from its start to its end.
        let wall: Double
        /// Seconds of a processor that the coordinator used.
        let processor: Double
        /// The coordinator's, bytes.
        let mostResident: Double
    }

    private static let experiment = """
        faultline: 1
        name: fleet
        load: { asks: { from: n0, http: { url: "http://\(FleetNetwork.ownAddress):8080/", timeout: 1s }, rate: 20/s } }
        faults:
          - { name: cut, at: 10s, for: 5s, partition: { between: [ { group: left }, { group: right } ] } }
        targets: { availability: { objective: "90", load: asks } }
        duration: 20s

        """

    func run() throws -> Outcome {
        try FileContents.writeAtomically(Array(Self.experiment.utf8), to: network.path("fleet.yaml"))
        let server = try startServer()
        defer {
            _ = try? server.signal(SIGKILL)
            _ = server.wait(for: .seconds(5))
        }
        let log = network.path("run.log")
        let command = Command(
            [
                program, "run", "fleet.yaml", "--inventory", "hosts.yaml", "--keys",
                network.key(FleetNetwork.coordinator), "--lease", "10s", "--results", "results",
            ],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            directory: network.folder,
            log: log
        )
        var before = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &before)
        let began = Clocks.monotonic()
        let coordinator = try network.hub.inside { try Spawner.spawn(command) }
        let exit = coordinator.wait(for: .seconds(180))
        if exit == nil {
            _ = try? coordinator.signal(SIGKILL)
            _ = coordinator.wait(for: .seconds(5))
        }
        let wall = Double(Clocks.monotonic() - began) / 1e9
        var after = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &after)
        var code: Int32?
        if case .exited(let value) = exit { code = value }
        return Outcome(
            output: (try? FileContents.text(log)) ?? "",
            code: code,
            wall: wall,
            processor: Self.seconds(after) - Self.seconds(before),
            mostResident: Double(after.ru_maxrss) * 1024
        )
    }

    private func startServer() throws -> ProcessHandle {
        try Directory.make(network.path("www"))
        let command = Command(
            ["python3", "-m", "http.server", "8080", "--bind", FleetNetwork.ownAddress],
            environment: ["PATH": "/usr/bin:/bin"],
            directory: network.path("www")
        )
        return try network.hub.inside { try Spawner.spawn(command) }
    }

    static func seconds(_ usage: rusage) -> Double {
        Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}
