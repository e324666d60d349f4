import AgentProtocol
import Faults
import Impairments
import LinuxSystem
import Measures
import Packetfilter
import Recording
import SwiftProtobuf

/// How a session arms, watches and heals packet faults.
extension RunSession {
    func arm(_ wire: Faultline_Agent_V1_Impair, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> Operation
    {
        let asked = try Impairment(wire)
        let filter = try TrafficFilter(wire.traffic)
        let injection = try packetFaults.impair(
            id: fault.id,
            asked,
            on: filter,
            window: window,
            leaseUntil: lease.until
        )
        let probe = probe(wire.traffic, filter, asked)
        let probing = probe?.start(window: window)
        follow(injection, fault, window: window, probing: probing, judge(asked, filter, fault, window, probe))
        return injection.operation
    }

    func probe(_ wire: Faultline_Agent_V1_Traffic, _ filter: TrafficFilter, _ asked: Impairment)
        -> PathObservation?
    {
        let patience = asked.longestDelay * (filter.direction == .both ? 2 : 1)
        return probe(wire, filter, patience: patience)
    }

    func judge(
        _ asked: Impairment,
        _ filter: TrafficFilter,
        _ fault: Faultline_Agent_V1_Fault,
        _ window: ActingWindow,
        _ probe: PathObservation?
    ) -> @Sendable ([EchoProbe.Sample]?, Tally) -> [Observation] {
        let judgement = judgement(of: fault, window)
        return { samples, tally in
            var found: [Observation] = []
            if let probe, let samples {
                found = judgement.delay(
                    fault.id,
                    peer: probe.peer,
                    asked: asked,
                    waysThrough: filter.direction == .both ? 2 : 1,
                    samples: samples
                )
            }
            return found + judgement.tally(fault.id, asked: asked, tally: tally)
        }
    }

    func arm(_ wire: Faultline_Agent_V1_Drop, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> Operation
    {
        let filter = try TrafficFilter(wire.traffic)
        let injection = try packetFaults.drop(
            id: fault.id,
            from: filter,
            window: window,
            leaseUntil: lease.until
        )
        let probe = probe(wire.traffic, filter, patience: .milliseconds(50))
        let judgement = judgement(of: fault, window)
        let probing = probe?.start(window: window)
        follow(injection, fault, window: window, probing: probing) { samples, tally in
            guard let probe, let samples else { return [judgement.dropped(fault.id, tally: tally)] }
            return [judgement.drop(fault.id, peer: probe.peer, samples: samples, packets: tally.seen)]
        }
        return injection.operation
    }

    /// A reset is one instant: there is nothing to heal, and nothing that could outlive this process.
    func arm(_ wire: Faultline_Agent_V1_Reset, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws
        -> Operation
    {
        let filter = try TrafficFilter(wire.traffic)
        // The load's connections are this process's own, and are what a reset is to hit; the control connection is exempt.
        let reset = try ResetFault(
            id: fault.id,
            filter,
            seed: seed,
            exemptions: exemptions,
            allowsOwnLine: allowsOwnLine,
            sparesOwnProcess: false
        )
        close(fault, window) { try reset.strike() }
        return reset.operation
    }

    /// Closes connections at the fault's instant, and tells what became of it.
    func close(
        _ fault: Faultline_Agent_V1_Fault,
        _ window: ActingWindow,
        by reset: @escaping @Sendable () throws -> ResetFault.Outcome
    ) {
        let instant = strikeInstant(of: fault, window)
        tasks.append(
            Task {
                await sleep(until: instant() - Self.preparation)
                guard !Task.isCancelled, !isClosed else { return }
                do {
                    guard let fired = try await strike(fault.id).fire(at: instant, reset) else { return }
                    let (outcome, span) = (fired.outcome, fired.span)
                    report(fault.id, .started, outcome.words, from: span.from, to: span.to)
                    emit(.observation(outcome.observation(fault.id)), at: span.to)
                    report(fault.id, .ended, "", from: span.from, to: span.to)
                } catch {
                    report(fault.id, .failed, "\(error)", at: Clocks.monotonic())
                }
            }
        )
    }

    private func judgement(of fault: Faultline_Agent_V1_Fault, _ window: ActingWindow) -> EffectJudgement {
        let offset = clock.reading().offset
        let shared = fault.shared.map { span in
            let start = axis.local(Instant(nanoseconds: span.startNs), offset: offset)
            return start..<max(start, axis.local(Instant(nanoseconds: span.endNs), offset: offset))
        }
        return EffectJudgement(window: window, shared: shared)
    }

    /// nil where a probe of ours would not be one of the packets concerned: then the kernel's counts must do.
    private func probe(_ wire: Faultline_Agent_V1_Traffic, _ filter: TrafficFilter, patience: Duration)
        -> PathObservation?
    {
        guard wire.hasProbe, filter.takesEchoes else { return nil }
        return PathObservation(peer: wire.probe.name, address: wire.probe.address, patience: patience)
    }

    /// A packet fault needs nobody at its edges: this only watches, probes, reads back, and removes it afterwards.
    func follow(
        _ injection: any Injection,
        _ fault: Faultline_Agent_V1_Fault,
        window: ActingWindow,
        probing: PathObservation.Running?,
        _ judge: @escaping @Sendable ([EchoProbe.Sample]?, Tally) -> [Observation]
    ) {
        injections[injection.id] = injection
        keepEdges(of: fault, window, injection)
        tasks.append(
            Task {
                let start = await awaitEdge(injection.id, \.start, of: window)
                guard !Task.isCancelled, injections[injection.id] != nil else { return }
                report(injection.id, .started, injection.operation.headline, at: start)
                await sleep(until: min(start + 30_000_000, window.end))
                guard !Task.isCancelled, injections[injection.id] != nil else { return }
                readBack(injection)
                let end = await awaitEdge(injection.id, \.end, of: window)
                guard !Task.isCancelled else { return }
                report(injection.id, .ended, "", at: end)
                // Held packets leave first; the counters are then final.
                await sleep(until: end + 20_000_000)
                let tally = (try? injection.readBack().tally) ?? Tally()
                let samples = await probing?.samples()
                guard !Task.isCancelled else { return }
                for observation in judge(samples, tally) { emit(.observation(observation), at: end) }
                heal(injection)
            }
        )
    }

    func readBack(_ injection: any Injection) {
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

    func heal(_ injection: any Injection) {
        guard injections.removeValue(forKey: injection.id) != nil else { return }
        do {
            let tally = try? injection.readBack().tally
            try injection.heal()
            let counted = tally.map { $0.seen == 0 ? "" : "; \($0.words)" } ?? ""
            report(injection.id, .healed, "removed; read back: gone\(counted)", at: Clocks.monotonic())
        } catch {
            injections[injection.id] = injection
            report(injection.id, .failed, "heal: \(error)", at: Clocks.monotonic())
        }
    }
}

extension ResetFault.Outcome {
    fileprivate func observation(_ fault: String) -> Observation {
        Observation(
            fault: fault,
            quantity: "connections closed",
            requested: "all that match",
            observed: words,
            effect: closed.isEmpty ? .none : .asRequested
        )
    }
}
