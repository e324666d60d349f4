import AgentProtocol
import Faults
import Foundation
import LinuxSystem
import Load
import Measures
import Processes
import Recording
import SwiftProtobuf
import Telemetry

/// What a session tells the coordinator, stamped on the run's axis.
extension RunSession {
    func report(_ id: String, _ step: InjectionEvent.Step, _ detail: String, at local: Int64) {
        report(id, step, detail, from: local, to: local)
    }

    func report(_ id: String, _ step: InjectionEvent.Step, _ detail: String, from: Int64, to: Int64) {
        emit(.injection(InjectionEvent(fault: id, step: step, detail: detail)), from: from, to: to)
    }

    func tell(_ service: String, _ change: ProcessEvent.Change, from: Int64, to: Int64) {
        let pid = (try? services.named(service).identity.pid) ?? 0
        emit(.process(ProcessEvent(service: service, pid: pid, change: change)), from: from, to: to)
    }

    func emit(_ body: RunEvent.Body, at local: Int64) {
        emit(body, from: local, to: local)
    }

    /// What belongs into the audit log: each step of each fault, and the end of a lease.
    private func record(_ body: RunEvent.Body) {
        guard let audit else { return }
        let bound = clock.reading().bound
        let known = bound < SessionClock.unknown ? bound : nil
        switch body {
        case .injection(let event):
            let outcome = AuditEntry.Outcome(rawValue: event.step.rawValue) ?? .done
            audit.note(
                .fault,
                outcome,
                who: owner,
                run: run,
                fault: event.fault,
                detail: event.detail,
                boundNs: known
            )
        case .arming(let arming) where arming.state == .refused:
            let detail = "its start was known too late, or not well enough"
            audit.note(
                .fault,
                .refused,
                who: owner,
                run: run,
                fault: arming.fault,
                detail: detail,
                boundNs: known
            )
        case .note(.leaseExpired, let text):
            audit.note(.lease, .ended, who: "agent", run: run, detail: text, boundNs: known)
        case .note(.healFailed, let text):
            audit.note(.fault, .failed, who: "agent", run: run, detail: text, boundNs: known)
        default: break
        }
    }

    func emit(_ body: RunEvent.Body, from: Int64, to: Int64) {
        let event = RunEvent(
            // What is told a moment after it happened is dated by the clock of then, as far as it is known.
            at: axis.stamp(from: from, to: to, limits: clock.limits(at:)),
            host: host,
            local: LocalSpan(from: from, to: to),
            body: body
        )
        meter?.tell { $0.add(event, at: Clocks.monotonic()) }
        record(body)
        guard let line = try? JSONEncoder().encode(event) else { return }
        out.yield(.with { $0.event = String(decoding: line, as: UTF8.self) })
    }

    /// Not on the session's actor: a second of requests is read again, and only where somebody asks for figures.
    nonisolated func count(_ batch: LoadBatch) {
        guard let meter else { return }
        for block in ExchangeReader.readAll(batch.block).blocks {
            meter.tell { $0.add(block.exchanges, of: batch.load, from: host) }
        }
    }
}
