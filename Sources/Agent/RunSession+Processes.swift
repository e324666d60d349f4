import AgentProtocol
import Faults
import LinuxSystem
import Measures
import Processes
import Recording
import Stress
import SwiftProtobuf

/// How a session fires and heals process faults.
extension RunSession {
    func arm(_ wire: Faultline_Agent_V1_Kill, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> Operation
    {
        let action = try KillFault(wire, id: fault.id)
        try admit(action.target)
        act(ServiceAct(kill: action), window: window)
        return action.operation
    }

    func arm(_ wire: Faultline_Agent_V1_Pause, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> Operation
    {
        let target = try ProcessTarget(wire.target)
        try admit(target)
        guard wire.freezer else {
            let action = PauseFault(id: fault.id, target: target)
            act(ServiceAct(pause: action), window: window)
            return action.operation
        }
        let injection = try processFaults.freeze(
            id: fault.id,
            target,
            window: window,
            leaseUntil: lease.until
        )
        follow(injection, window: window)
        return injection.operation
    }

    func arm(_ wire: Faultline_Agent_V1_Restart, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> Operation
    {
        let target = try ProcessTarget(wire.target)
        try admit(target)
        let action = RestartFault(id: fault.id, target: target)
        act(ServiceAct(restart: action), window: window)
        return action.operation
    }

    func arm(_ wire: Faultline_Agent_V1_Stress, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> Operation
    {
        let injection = try processFaults.stress(
            id: fault.id,
            try StressTask.all(wire),
            operation: try .stress(wire),
            window: window,
            leaseUntil: lease.until
        )
        follow(injection, window: window)
        return injection.operation
    }

    func arm(_ wire: Faultline_Agent_V1_Limit, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> Operation
    {
        let injection = try processFaults.limit(
            id: fault.id,
            try LimitSettings(wire),
            on: try ProcessTarget(wire.target),
            window: window,
            leaseUntil: lease.until
        )
        follow(injection, window: window)
        return injection.operation
    }

    /// A target that means nobody is refused before the run begins.
    private func admit(_ target: ProcessTarget) throws { _ = try processFaults.resolver.resolve(target) }

    /// What acts and ends by itself, by a thread or a child of its own: watched, asked, healed.
    private func follow(_ injection: any Injection & Observable, window: ActingWindow) {
        injections[injection.id] = injection
        tasks.append(
            Task {
                await sleep(until: window.start)
                guard !Task.isCancelled else { return }
                report(injection.id, .started, injection.operation.headline, at: window.start)
                await sleep(until: min(window.start + 100_000_000, window.end))
                guard !Task.isCancelled else { return }
                readBack(injection)
                // Before it ends: afterwards there is nothing left to ask.
                await sleep(until: max(window.start, window.end - 30_000_000))
                guard !Task.isCancelled else { return }
                for observation in injection.observations() {
                    emit(.observation(observation), at: window.end)
                }
                await sleep(until: window.end)
                guard !Task.isCancelled else { return }
                report(injection.id, .ended, "", at: window.end)
                heal(injection)
            }
        )
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
        let resolver = processFaults.resolver
        let undo = undo
        healers[action.id] = Healer(
            service: action.service,
            change: action.changes.end,
            words: action.lasts ? "runs again" : "nothing was to be undone"
        ) {
            try action.heal(resolver, undo)
        }
        let strike = Strike(try action.prepare(resolver, undo), lease: leaseEnd)
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
            report(id, .healed, healer.words, at: Clocks.monotonic())
        } catch {
            report(id, .failed, "heal: \(error)", at: Clocks.monotonic())
        }
    }
}
