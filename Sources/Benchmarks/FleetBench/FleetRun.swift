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

    private static let experiment = """
        faultline: 1
        name: fleet
        load: { asks: { from: n0, http: { url: "http://\(FleetNetwork.ownAddress):8080/", timeout: 1s }, rate: 20/s } }
        faults:
          - { name: cut, at: 10s, for: 5s, partition: { between: [ { group: left }, { group: right } ] } }
        targets: { availability: { objective: "90", load: asks } }
        duration: 20s

        """

    func run() throws -> CoordinatorRun.Outcome {
        let server = try startServer()
        defer {
            _ = try? server.signal(SIGKILL)
            _ = server.wait(for: .seconds(5))
        }
        let coordinator = CoordinatorRun(
            program: program,
            namespace: network.hub,
            folder: network.folder,
            key: network.key(FleetNetwork.coordinator),
            lease: "10s",
            limit: .seconds(180)
        )
        return try coordinator.run(Self.experiment)
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
}
