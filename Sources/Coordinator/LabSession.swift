import Foundation
package import Lab
import LinuxSystem
import Measures
package import Plan
import Processes

#if canImport(Glibc)
import Glibc
#endif

/// A lab that is up, as a run sees it.
package struct LabSession: Sendable {
    package let lab: Lab

    /// `policy`: the path of every agent's policy file.
    package static func up(
        _ plan: Plan,
        experiment: String,
        policy: String? = nil,
        staysUp: Bool,
        executable: String,
        observer: any RunObserver
    ) throws -> LabSession {
        var generator = SystemRandomNumberGenerator()
        let suffix = String(UInt16.random(in: 0x1000...0xffff, using: &generator), radix: 16)
        let owner = staysUp ? nil : ProcessTable.status(of: getpid())?.identity
        let lab = try Lab.up(
            plan,
            id: "\(plan.name.prefix(24))-\(suffix)",
            owner: owner,
            experiment: URL(fileURLWithPath: experiment).standardizedFileURL.path,
            policy: policy,
            executable: executable
        ) { observer.stage($0) }
        return LabSession(lab: lab)
    }

    package func down() throws -> [String] { try lab.down() }

    /// Returns when every service of the plan is ready.
    package func startServices(_ plan: Plan, files: String, observer: any RunObserver) async throws {
        let connections = try hosts.map { try AgentConnection($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for connection in connections { group.addTask { try? await connection.run() } }
            defer { for connection in connections { connection.close() } }
            try await ServiceStart(plan: plan, files: files, observer: observer).run(on: connections)
        }
    }

    package var hosts: [HostEndpoint] {
        lab.layout.hosts.map { host in
            HostEndpoint(
                name: host.name,
                agent: .unix(path: lab.state.socket(of: host.name)),
                addresses: host.addresses,
                interface: LabLayout.interface,
                directory: lab.state.files(of: host.name),
                doors: HostEndpoint.Doors(
                    clock: .init(host.management, port: LabLayout.clockPort),
                    path: .init(host.address, port: LabLayout.pathPort)
                )
            )
        }
    }

    /// The reference clock answers in the switch's namespace, on the management bridge.
    func startReflector() throws -> ReferenceClock.Running {
        var keys = SystemRandomNumberGenerator()
        let addresses = lab.layout.hosts.map { ($0.name, LabLayout.referenceAddress) }
        return try ReferenceClock.Running(
            ReferenceClock(
                addresses: Dictionary(addresses) { first, _ in first },
                port: LabLayout.referencePort,
                keys: &keys
            ),
            listening: LabLayout.referenceAddress,
            in: NetworkNamespace(named: lab.layout.switchNamespace)
        )
    }
}
