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
    func arm(_ fault: Faultline_Agent_V1_Fault) throws -> Faultline_Agent_V1_Armed {
        let reading = clock.reading()
        let window = ActingWindow(
            start: axis.local(Instant(nanoseconds: fault.startNs), offset: reading.offset),
            end: axis.local(Instant(nanoseconds: fault.endNs), offset: reading.offset)
        )
        guard fault.endNs >= fault.startNs else { throw WireError("\(fault.id) ends before it starts") }
        var armed = Faultline_Agent_V1_Armed()
        armed.fault = fault.id
        armed.boundNs = reading.bound
        armed.late = Clocks.monotonic() >= window.start
        switch fault.action {
        case .delay(let delay):
            let asked = try Impairment(delay)
            let injection = try packetFaults.impair(
                id: fault.id,
                asked,
                on: try TrafficFilter(peers: delay.peers),
                window: window,
                leaseUntil: lease.until
            )
            armed.operation = injection.operation
            let probes = delay.peers.first.map { peer in
                PathObservation(
                    peer: peer.name,
                    address: peer.address,
                    patience: asked.longestDelay
                )
            }
            follow(injection, window: window, probe: probes) { samples, _ in
                guard let peer = delay.peers.first else { return [] }
                return EffectJudgement(window: window).delay(
                    fault.id,
                    peer: peer.name,
                    asked: asked,
                    samples: samples
                )
            }
        case .drop(let drop):
            let injection = try packetFaults.drop(
                id: fault.id,
                from: try TrafficFilter(peers: drop.peers, direction: .ingress),
                window: window,
                leaseUntil: lease.until
            )
            armed.operation = injection.operation
            let probe = drop.peers.first.map {
                PathObservation(peer: $0.name, address: $0.address, patience: .milliseconds(50))
            }
            follow(injection, window: window, probe: probe) { samples, packets in
                guard let peer = drop.peers.first else { return [] }
                return [
                    EffectJudgement(window: window).drop(
                        fault.id,
                        peer: peer.name,
                        samples: samples,
                        packets: packets
                    )
                ]
            }
        case .kill(let kill):
            guard
                let action = KillFault(
                    id: fault.id,
                    service: kill.service,
                    signal: kill.signal,
                    restarts: kill.hasRestartAfterNs
                )
            else { throw WireError("the signal \(kill.signal)") }
            _ = try services.named(kill.service)
            armed.operation = "pidfd_send_signal(SIG\(kill.signal)) to \(kill.service)"
            act(ServiceAct(kill: action), window: window)
        case .pause(let pause):
            _ = try services.named(pause.service)
            armed.operation = "pidfd_send_signal(SIGSTOP) to \(pause.service)"
            act(ServiceAct(pause: PauseFault(id: fault.id, service: pause.service)), window: window)
        case .restart(let restart):
            _ = try services.named(restart.service)
            armed.operation = "SIGKILL to \(restart.service), then start"
            act(ServiceAct(restart: RestartFault(id: fault.id, service: restart.service)), window: window)
        case nil: throw WireError("\(fault.id) has no action")
        }
        emit(
            .injection(InjectionEvent(fault: fault.id, step: .armed, detail: armed.operation)),
            at: Clocks.monotonic()
        )
        return armed
    }

    /// A packet fault needs nobody at its edges: this only watches, probes, reads back, and removes it afterwards.
    private func follow(
        _ injection: any Injection,
        window: ActingWindow,
        probe: PathObservation?,
        judge: @escaping @Sendable ([EchoProbe.Sample], UInt64) -> [Observation]
    ) {
        injections[injection.id] = injection
        let probing = probe.map { $0.start(window: window) }
        tasks.append(
            Task {
                await sleep(until: window.start)
                guard !Task.isCancelled else { return }
                report(injection.id, .started, injection.operation, at: window.start)
                await sleep(until: min(window.start + 30_000_000, window.end))
                guard !Task.isCancelled else { return }
                readBack(injection)
                await sleep(until: window.end)
                guard !Task.isCancelled else { return }
                report(injection.id, .ended, "", at: window.end)
                // Held packets leave first; the counters are then final.
                await sleep(until: window.end + 20_000_000)
                let packets = (try? injection.readBack().packets) ?? 0
                let samples = await probing?.samples() ?? []
                guard !Task.isCancelled else { return }
                for observation in judge(samples, packets) { emit(.observation(observation), at: window.end) }
                heal(injection)
            }
        )
    }

    private func readBack(_ injection: any Injection) {
        do {
            let found = try injection.readBack()
            report(
                injection.id,
                found.isInstalled ? .verified : .failed,
                found.detail,
                at: Clocks.monotonic()
            )
        } catch {
            report(injection.id, .failed, "\(error)", at: Clocks.monotonic())
        }
    }

    private func heal(_ injection: any Injection) {
        guard injections.removeValue(forKey: injection.id) != nil else { return }
        do {
            try injection.heal()
            report(injection.id, .healed, "removed; read back: gone", at: Clocks.monotonic())
        } catch {
            injections[injection.id] = injection
            report(injection.id, .failed, "heal: \(error)", at: Clocks.monotonic())
        }
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

    private func healService(_ id: String) {
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
