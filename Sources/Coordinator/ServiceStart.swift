import AgentProtocol
import Measures
import Plan

/// Starts a plan's services, each host's in the order of the file, hosts side by side.
struct ServiceStart: Sendable {
    let plan: Plan
    /// `{files}`.
    let files: String
    let observer: any RunObserver

    /// Returns when all are ready. Errors: the first service that is not, with the end of its log.
    func run(on connections: [AgentConnection]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for connection in connections { group.addTask { try await start(on: connection) } }
            try await group.waitForAll()
        }
    }

    private func start(on connection: AgentConnection) async throws {
        let host = connection.host
        for service in plan.host(named: host.name)?.services ?? [] {
            observer.stage("starting \(service.name) on \(host.name)")
            let request = Faultline_Agent_V1_StartServiceRequest(
                service,
                files: files,
                directory: host.directory,
                logPath: "\(host.directory)/\(service.name).log"
            )
            _ = try await connection.startService(request)
        }
    }
}
