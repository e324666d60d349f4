import Measures
package import Processes
import Synchronization
import Undoing

#if canImport(Glibc)
import Glibc
#endif

/// Stops every process of a target (SIGSTOP) until healed (SIGCONT).
package struct PauseFault: Sendable {
    package let id: String
    package let target: ProcessTarget
    private let paused = Paused()

    /// What is to be resumed, and under which ids that is kept; shared by the copies of this value.
    private final class Paused: Sendable {
        let state = Mutex<(processes: [ProcessIdentity], kept: [String])>(([], []))
    }

    package init(id: String, target: ProcessTarget) {
        self.id = id
        self.target = target
    }

    /// Errors: nothing to stop; all of it is stopped already.
    package func prepare(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws -> ArmedSignal {
        let found = try resolver.resolve(target)
        if let service = found.service {
            try keeper.keep(.continueProcesses([service.identity]), id: id, fault: id)
            return ArmedSignal(found, signal: SIGSTOP, held: try found.hold())
        }
        // Whom somebody else has stopped stays stopped afterwards.
        let stopped = Set(found.current().filter(\.isStopped).map(\.identity))
        let running = found.leavingOut(stopped)
        let held = try running.hold()
        guard !held.isEmpty else {
            throw FaultError("fault.no-process", "\(target.text): all its processes are stopped already")
        }
        try keep(held.map(\.identity), keeper)
        return ArmedSignal(
            running,
            signal: SIGSTOP,
            held: held,
            willSignal: { [self] in try keep($0, keeper) }
        )
    }

    package func inject(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws -> SignalSweep {
        try prepare(resolver, keeper).strike()
    }

    package func heal(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws -> SignalSweep {
        var kept = [id]
        let sweep: SignalSweep
        if case .service(let name) = target {
            sweep = try resolver.services.named(name).resume()
        } else {
            let (processes, ids) = paused.state.withLock { $0 }
            sweep = try PausedProcesses.resume(processes)
            kept = ids
        }
        guard sweep.isComplete else {
            let left = sweep.unaffected.map { String($0.pid) }.joined(separator: ", ")
            throw FaultError(
                "fault.not-resumed",
                "\(target.text) is still stopped (pid \(left))",
                exitCode: .notHealed
            )
        }
        for id in kept { try keeper.release(id: id) }
        return sweep
    }

    private func keep(_ processes: [ProcessIdentity], _ keeper: any UndoKeeper) throws {
        let count = paused.state.withLock { $0.kept.count }
        let entry = count == 0 ? id : "\(id)/\(count)"
        try keeper.keep(.resumeProcesses(processes), id: entry, fault: id)
        paused.state.withLock {
            $0.processes += processes
            $0.kept.append(entry)
        }
    }
}

/// Processes that a fault stopped, by their identities alone.
struct PausedProcesses: SignalTarget {
    let processes: [ProcessIdentity]

    func current() -> [ProcessStatus] {
        processes.compactMap { identity in
            ProcessTable.status(of: identity.pid).flatMap { $0.identity == identity && $0.isAlive ? $0 : nil }
        }
    }

    static func resume(_ processes: [ProcessIdentity]) throws -> SignalSweep {
        try PausedProcesses(processes: processes).resume()
    }
}
