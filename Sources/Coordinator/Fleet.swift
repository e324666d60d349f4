package import AgentProtocol
package import Keys
import LinuxSystem
import Measures
package import Plan

/// What is asked of many agents at once, without a run; one that does not answer keeps nobody from the others' answers.
package struct Fleet: Sendable {
    private let hosts: [(name: String, site: HostSite)]
    private let credentials: Credentials?

    /// Hosts of an inventory. `credentials`: for those that are reached over TCP.
    package init(_ hosts: [(name: String, site: HostSite)], credentials: Credentials?) {
        self.hosts = hosts
        self.credentials = credentials
    }

    /// "asking 200 agents"
    package var asking: String { "asking \(hosts.count) agent\(hosts.count == 1 ? "" : "s")" }

    /// What one agent said, or why it did not.
    package struct Answer<Value: Sendable>: Sendable {
        package let host: String
        package let agent: AgentPlace
        package let result: Result<Value, any Error>
    }

    /// All of what `faultline hosts` shows of one agent.
    package struct Sight: Sendable {
        package let description: Faultline_Agent_V1_DescribeReply
        /// Half-width of what is known of its clock after a moment; nil: the reference here does not reach it, or it is too old
        /// to be asked.
        package let clockBound: Duration?
        package let roundTrip: Duration?
    }

    /// Who they are, what they can do and how well their clocks can be known. The reference clock answers here meanwhile.
    package func look() async -> [Answer<Sight>] {
        var keys = SystemRandomNumberGenerator()
        let clock = try? ReferenceClock.onThisHost(for: hosts, address: nil, port: 0, keys: &keys)
        let running = clock.flatMap { try? ReferenceClock.Running($0.clock, listening: $0.listening) }
        defer { running?.stop() }
        return await ask { connection in
            let description = try await connection.describe(features: true)
            let measured =
                running == nil
                ? nil
                : try? await connection.measureClock(
                    running?.clock.reflector(for: connection.host.name) ?? .init()
                )
            let isKnown = measured?.hasClock == true
            return Sight(
                description: description,
                clockBound: isKnown ? measured.map { Duration(nanoseconds: $0.clock.boundNs) } : nil,
                roundTrip: isKnown ? measured.map { Duration(nanoseconds: $0.roundTripNs) } : nil
            )
        }
    }

    package func status() async -> [Answer<Faultline_Agent_V1_StatusReply>] {
        await ask { try await $0.status() }
    }

    /// Heals, and ends every run, whoever it is of.
    package func halt(by: String, reason: String) async -> [Answer<Faultline_Agent_V1_HaltReply>] {
        await ask { try await $0.halt(by: by, reason: reason) }
    }

    /// In the order of the hosts.
    private func ask<Value: Sendable>(
        _ body: @Sendable @escaping (AgentConnection) async throws -> Value
    ) async -> [Answer<Value>] {
        await hosts.sideBySide(atOnce: mostWaitedFor) { host in
            Answer(host: host.name, agent: host.site.agent, result: await ask(host, body))
        }
    }

    private func ask<Value: Sendable>(
        _ host: (name: String, site: HostSite),
        _ body: @Sendable @escaping (AgentConnection) async throws -> Value
    ) async -> Result<Value, any Error> {
        do {
            let connection = try AgentConnection(
                HostEndpoint(host.name, host.site),
                credentials: credentials
            )
            let connected = Task { try? await connection.run() }
            defer {
                connection.close()
                connected.cancel()
            }
            return .success(try await body(connection))
        } catch {
            return .failure(error)
        }
    }
}
