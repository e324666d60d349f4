import AgentProtocol
import Faults
import LinuxSystem
import Measures
import Processes
import Recording
import SwiftProtobuf

/// How a session fires and heals process faults.
extension RunSession {
    func arm(_ wire: Faultline_Agent_V1_Kill, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> String
    {
        guard
            let action = KillFault(
                id: fault.id,
                service: wire.target.service,
                signal: wire.signal,
                restarts: wire.hasRestartAfterNs
            )
        else { throw WireError("the signal \(wire.signal)") }
        _ = try services.named(wire.target.service)
        act(ServiceAct(kill: action), window: window)
        return "pidfd_send_signal(SIG\(wire.signal)) to \(wire.target.service)"
    }

    func arm(_ wire: Faultline_Agent_V1_Pause, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> String
    {
        _ = try services.named(wire.target.service)
        act(ServiceAct(pause: PauseFault(id: fault.id, service: wire.target.service)), window: window)
        return "pidfd_send_signal(SIGSTOP) to \(wire.target.service)"
    }

    func arm(_ wire: Faultline_Agent_V1_Restart, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> String
    {
        _ = try services.named(wire.target.service)
        act(ServiceAct(restart: RestartFault(id: fault.id, service: wire.target.service)), window: window)
        return "SIGKILL to \(wire.target.service), then start"
    }

    /// A process fault fires from an absolute timer, with stamps on both sides: its start is an interval. All that takes
    /// time, the journal above all, happens before.
    private func act(_ action: ServiceAct, window: ActingWindow) {
        tasks.append(
            Task {
                await sleep(until: window.start - Self.preparation)
                guard !Task.isCancelled, !isClosed else { return }
                do {
                    try await strike(action, at: window.start)
                } catch {
                    report(action.id, .failed, "\(error)", at: Clocks.monotonic())
                }
                if action.lasts { await sleep(until: window.end) }
                guard !Task.isCancelled, !isClosed else { return }
                healService(action.id)
            }
        )
    }

    private static let preparation: Int64 = 500_000_000

    private func strike(_ action: ServiceAct, at instant: Int64) async throws {
        let services = services
        let undo = undo
        healers[action.id] = Healer(service: action.service, change: action.changes.end) {
            try action.heal(services, undo)
        }
        let strike = Strike(try action.prepare(services, undo))
        strikes.append(strike)
        guard let sweep = try await strike.fire(at: instant) else { return }
        report(action.id, .started, action.words(sweep), from: sweep.beganAt, to: sweep.lastSentAt)
        emit(.observation(action.observation(sweep)), at: sweep.endedAt)
        tell(action.service, action.changes.start, from: sweep.beganAt, to: sweep.lastSentAt)
    }

    func healService(_ id: String) {
        guard let healer = healers.removeValue(forKey: id) else { return }
        let before = Clocks.monotonic()
        do {
            try healer.heal()
            tell(healer.service, healer.change, from: before, to: Clocks.monotonic())
            report(id, .ended, "", from: before, to: Clocks.monotonic())
            report(id, .healed, "runs again", at: Clocks.monotonic())
        } catch {
            report(id, .failed, "heal: \(error)", at: Clocks.monotonic())
        }
    }
}
