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
        act(ServiceAct(kill: action), fault, window: window)
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
            act(ServiceAct(pause: action), fault, window: window)
            return action.operation
        }
        let injection = try processFaults.freeze(
            id: fault.id,
            target,
            window: window,
            leaseUntil: lease.until
        )
        follow(injection, fault, window: window)
        return injection.operation
    }

    func arm(_ wire: Faultline_Agent_V1_Restart, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> Operation
    {
        let target = try ProcessTarget(wire.target)
        try admit(target)
        let action = RestartFault(id: fault.id, target: target)
        act(ServiceAct(restart: action), fault, window: window)
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
        follow(injection, fault, window: window)
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
        follow(injection, fault, window: window)
        return injection.operation
    }

    /// A target that means nobody is refused before the run begins.
    private func admit(_ target: ProcessTarget) throws { _ = try processFaults.resolver.resolve(target) }

    /// What acts and ends by itself, by a thread or a child of its own: watched, asked, healed.
    private func follow(
        _ injection: any Observable,
        _ fault: Faultline_Agent_V1_Fault,
        window: ActingWindow
    ) {
        let id = injection.id
        injections[id] = injection
        keepEdges(of: fault, window, injection)
        tasks.append(
            Task {
                let start = await awaitEdge(id, \.start, of: window)
                guard !Task.isCancelled, injections[id] != nil else { return }
                await sleep(until: min(start + 100_000_000, window.end))
                guard !Task.isCancelled else { return }
                // Refused meanwhile.
                guard injections[id] != nil else { return }
                let began = injection.began ?? LocalSpan(from: start, to: start)
                report(id, .started, injection.operation.headline, from: began.from, to: began.to)
                readBack(injection)
                // Before it ends: afterwards there is nothing left to ask.
                await sleep(until: max(start, window.end - 30_000_000))
                guard !Task.isCancelled else { return }
                for observation in injection.observations() {
                    emit(.observation(observation), at: window.end)
                }
                let end = await awaitEdge(id, \.end, of: window)
                guard !Task.isCancelled else { return }
                // The thread that ends it is waited for; then it has its stamps.
                heal(injection)
                let ended = injection.ended ?? LocalSpan(from: end, to: end)
                report(id, .ended, "", from: ended.from, to: ended.to)
            }
        )
    }

    /// A process fault fires from an absolute timer, with stamps on both sides: its start is an interval. All that takes
    /// time, the journal above all, happens before.
    private func act(_ action: ServiceAct, _ fault: Faultline_Agent_V1_Fault, window: ActingWindow) {
        let instant = strikeInstant(of: fault, window)
        tasks.append(
            Task {
                await sleep(until: instant() - Self.preparation)
                guard !Task.isCancelled, !isClosed else { return }
                do {
                    try await strike(action, at: instant)
                } catch {
                    report(action.id, .failed, "\(error)", at: Clocks.monotonic())
                }
                if action.lasts { _ = await awaitEdge(action.id, \.end, of: window) }
                guard !Task.isCancelled, !isClosed else { return }
                healService(action.id)
            }
        )
    }

    static let preparation: Int64 = 500_000_000

    /// The instant of a strike, wherever it is moved meanwhile; refused, it does not strike.
    func strikeInstant(of fault: Faultline_Agent_V1_Fault, _ window: ActingWindow) -> @Sendable () -> Int64 {
        let edges = edges
        let id = fault.id
        let strike = Strike(lease: leaseEnd)
        strikes[id] = strike
        keepEdges(of: fault, window, move: { _ in }, disarm: { strike.cancel() })
        return { (edges?.window(of: id) ?? window).start }
    }

    /// Made when it was armed.
    func strike(_ id: String) -> Strike { strikes[id] ?? Strike(lease: leaseEnd) }

    private func strike(_ action: ServiceAct, at instant: @escaping @Sendable () -> Int64) async throws {
        let resolver = processFaults.resolver
        let undo = undo
        healers[action.id] = Healer(
            service: action.service,
            change: action.changes.end,
            words: action.lasts ? "runs again" : "nothing was to be undone"
        ) {
            try action.heal(resolver, undo)
        }
        let armed = try action.prepare(resolver, undo)
        let fired = try await strike(action.id).fire(at: instant, announce: { armed.announce() }) {
            try armed.strike()
        }
        guard let sweep = fired?.outcome else { return }
        report(action.id, .started, action.words(sweep), from: sweep.beganAt, to: sweep.lastSentAt)
        emit(.observation(action.observation(sweep)), at: sweep.endedAt)
        tell(action.service, action.changes.start, from: sweep.beganAt, to: sweep.lastSentAt)
    }

    func healService(_ id: String) {
        guard let healer = healers.removeValue(forKey: id) else { return }
        let before = Clocks.monotonic()
        do {
            let span = try healer.heal() ?? LocalSpan(from: before, to: Clocks.monotonic())
            tell(healer.service, healer.change, from: span.from, to: span.to)
            report(id, .ended, "", from: span.from, to: span.to)
            report(id, .healed, healer.words, at: Clocks.monotonic())
        } catch {
            report(id, .failed, "heal: \(error)", at: Clocks.monotonic())
        }
    }
}
