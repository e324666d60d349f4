import AgentProtocol
import Faults
import GRPCCore
import LinuxSystem
import Measures
import SwiftProtobuf

/// What the agent answers others than a run's coordinator, and what ends a run's telling.
extension AgentService {
    func acknowledge(
        request: Faultline_Agent_V1_AcknowledgeRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_AcknowledgeReply {
        try owned(request.run).out.acknowledge(request.number)
        return .init()
    }

    func status(
        request: Faultline_Agent_V1_StatusRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_StatusReply {
        await openSession?.status() ?? .init()
    }

    func measureClock(
        request: Faultline_Agent_V1_MeasureClockRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_MeasureClockReply {
        try await refusing {
            let clock = try SessionClock(request.reflector)
            defer { clock.stop() }
            clock.waitForFirst()
            let reading = clock.reading()
            return .with {
                guard reading.bound < SessionClock.unknown else { return }
                $0.clock.offsetNs = reading.offset
                $0.clock.boundNs = reading.bound
                $0.roundTripNs = reading.roundTrip
            }
        }
    }

    func halt(
        request: Faultline_Agent_V1_HaltRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_HaltReply {
        guard let session = await openSession else { return .init() }
        // Never held up by a log that cannot be written: halting always wins.
        audit?.note(.halt, .asked, run: session.run, detail: request.reason)
        let differences = await session.halt(by: Caller.current.says(request.by), reason: request.reason)
        audit?.note(
            .halt,
            differences.isEmpty ? .done : .failed,
            run: session.run,
            detail: differences.joined(separator: "\n")
        )
        return .with {
            $0.served = session.serving
            $0.differences = differences
        }
    }
}

/// Another coordinator came first.
struct AgentBusy: ReadableError {
    let serving: Faultline_Agent_V1_Serving

    init(_ serving: Faultline_Agent_V1_Serving) { self.serving = serving }

    var code: String { "agent.busy" }
    var exitCode: ExitCode { .agentFailed }
    var message: String {
        "the run \(serving.run) of \(serving.coordinator.isEmpty ? "another coordinator" : serving.coordinator) "
            + "is open here; an agent serves one run at a time"
    }
}

extension Faultline_Agent_V1_Feature {
    init(_ support: FaultSupport) {
        self.init()
        name = support.kind
        answer = support.isHere ? "yes" : "no"
        reason = support.missing ?? "by \(support.by)"
    }
}
