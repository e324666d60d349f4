import AgentProtocol
import Faults
import LinuxSystem
import Measures
import Recording
import SwiftProtobuf

/// What others than the run's coordinator may ask of a session.
extension RunSession {
    /// Ends the run, whoever its coordinator is, and tells it by whom. What could not be healed.
    func halt(by: String, reason: String) async -> [String] {
        guard !isClosed else { return [] }
        let why = reason.isEmpty ? "" : ": \(reason)"
        emit(
            .note(kind: .halted, text: "halted on \(host) by \(by.isEmpty ? "an operator" : by)\(why)"),
            at: Clocks.monotonic()
        )
        return await close()
    }

    /// Armed or acting.
    func inForce() -> [Faultline_Agent_V1_InForce] {
        let now = Clocks.monotonic()
        return Set(injections.keys).union(healers.keys).union(strikes.keys).sorted().map { id in
            .with {
                $0.fault = id
                $0.operation = operations[id] ?? ""
                $0.acting = edges?.window(of: id).map { $0.start <= now } ?? false
            }
        }
    }

    func status() -> Faultline_Agent_V1_StatusReply {
        let reading = clock.reading()
        return .with {
            guard !isClosed else { return }
            $0.serving = serving
            $0.inForce = inForce()
            $0.leaseLeftNs = max(0, lease.until - Clocks.monotonic())
            $0.clock.offsetNs = reading.offset
            $0.clock.boundNs = reading.bound
        }
    }
}
