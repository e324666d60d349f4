package import AgentProtocol
import GRPCCore
import Measures
import SwiftProtobuf

/// What an operator asks of an agent, past any run.
extension AgentConnection {
    package func status() async throws -> Faultline_Agent_V1_StatusReply {
        try await named("status") { try await agent.status(.init(), options: Self.within(.seconds(5))) }
    }

    /// Waits until the run has ended: healing comes first, what is on its way is waited for.
    package func halt(by: String, reason: String) async throws -> Faultline_Agent_V1_HaltReply {
        try await named("halt") {
            try await agent.halt(
                .with {
                    $0.by = by
                    $0.reason = reason
                },
                options: Self.within(.seconds(60))
            )
        }
    }

    func measureClock(_ reflector: Faultline_Agent_V1_Reflector) async throws
        -> Faultline_Agent_V1_MeasureClockReply
    {
        try await named("measure clock") {
            try await agent.measureClock(
                .with { $0.reflector = reflector },
                options: Self.within(.seconds(5))
            )
        }
    }

    /// What it told up to this number is written down.
    func acknowledge(run: String, _ number: UInt64) async throws {
        try await named("acknowledge") {
            _ = try await agent.acknowledge(
                .with {
                    $0.run = run
                    $0.number = number
                },
                options: Self.within(.seconds(2))
            )
        }
    }
}
