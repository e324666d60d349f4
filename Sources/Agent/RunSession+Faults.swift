import AgentProtocol
import Faults
import Impairments
import LinuxSystem
import Measures
import Plan
import Processes
import Recording
import SwiftProtobuf

/// How a session arms, watches and heals its faults.
extension RunSession {
    /// `reading`: one for all faults of a run, so that windows which meet at an instant do so here too.
    func arm(_ fault: Faultline_Agent_V1_Fault, _ reading: SessionClock.Reading) throws
        -> Faultline_Agent_V1_Armed
    {
        let window = ActingWindow(
            start: axis.local(Instant(nanoseconds: fault.startNs), offset: reading.offset),
            end: axis.local(Instant(nanoseconds: fault.endNs), offset: reading.offset)
        )
        guard fault.endNs >= fault.startNs else { throw WireError("\(fault.id) ends before it starts") }
        var armed = Faultline_Agent_V1_Armed()
        armed.fault = fault.id
        armed.boundNs = reading.bound
        armed.late = Clocks.monotonic() >= window.start
        let operation: Operation =
            switch fault.action {
            case .impair(let impair): try arm(impair, fault, window)
            case .drop(let drop): try arm(drop, fault, window)
            case .reset(let reset): try arm(reset, fault, window)
            case .kill(let kill): try arm(kill, fault, window)
            case .pause(let pause): try arm(pause, fault, window)
            case .restart(let restart): try arm(restart, fault, window)
            case .stress(let stress): try arm(stress, fault, window)
            case .limit(let limit): try arm(limit, fault, window)
            case nil: throw WireError("\(fault.id) has no action")
            }
        armed.operation = operation.text
        emit(
            .injection(InjectionEvent(fault: fault.id, step: .armed, detail: armed.operation)),
            at: Clocks.monotonic()
        )
        return armed
    }

    func healAll() -> [String] {
        var failed: [String] = []
        for id in healers.keys.sorted() { healService(id) }
        for injection in injections.values.sorted(by: { $0.id < $1.id }) {
            heal(injection)
            if injections[injection.id] != nil {
                failed.append("\(injection.id) could not be healed on \(host)")
            }
        }
        return failed
    }
}
