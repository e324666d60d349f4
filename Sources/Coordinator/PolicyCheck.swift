import AgentProtocol
package import Measures
import Plan
import Schedule
import SwiftProtobuf

/// Asks every agent whether its host's policy lets it do its part, and whether the host can, before anything is done on any
/// of them.
struct PolicyCheck: Sendable {
    let plan: Plan
    let schedule: Schedule
    let share: HostShare
    let lease: Duration

    /// What one host has to do, for its policy.
    func request(to host: HostEndpoint) -> Faultline_Agent_V1_AdmitRequest {
        .with {
            $0.leaseNs = lease.nanoseconds
            $0.interface = host.interface
            $0.faults = schedule.faults.compactMap { share.message(of: $0, on: host.name) }
            $0.services = plan.host(named: host.name)?.services.map(\.name) ?? []
            $0.captures = plan.captures.contains(host.name)
        }
    }

    /// Errors: `PolicyRefusals`, all of all hosts at once.
    func run(on connections: [AgentConnection]) async throws {
        let lines = try await connections.sideBySide { connection in
            let reply = try await connection.admit(request(to: connection.host))
            return reply.refusals.map { "\(connection.host.name): \($0.words)" }
        }
        .flatMap { $0 }
        guard lines.isEmpty else { throw PolicyRefusals(lines: lines) }
    }
}

/// Hosts' policies do not allow this experiment, or hosts cannot do it; no fault was armed on any host.
package struct PolicyRefusals: ReadableError {
    /// "web1: slow#1 is refused by the rule …", in the order of the hosts; never empty.
    package let lines: [String]

    package var code: String { "run.policy" }
    package var exitCode: ExitCode { .badInput }
    package var message: String {
        let count = lines.count == 1 ? "1 refusal" : "\(lines.count) refusals"
        return lines.joined(separator: "\n") + "\n\(count); no fault was armed on any host"
    }
}
