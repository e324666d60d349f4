import Faults
import Measures
import Processes
import Recording

/// One process fault as the session sees it: what to do at its start, what at its end, and in which words.
struct ServiceAct: Sendable {
    let id: String
    let service: String
    private let kind: Kind
    /// Whether there is something to heal at the end.
    let lasts: Bool

    private enum Kind: Sendable {
        case kill(KillFault)
        case pause(PauseFault)
        case restart(RestartFault)
    }

    init(kill: KillFault) {
        (id, service, kind, lasts) = (kill.id, kill.target.text, .kill(kill), kill.restarts)
    }

    init(pause: PauseFault) {
        (id, service, kind, lasts) = (pause.id, pause.target.text, .pause(pause), true)
    }

    init(restart: RestartFault) {
        (id, service, kind, lasts) = (restart.id, restart.target.text, .restart(restart), false)
    }

    func prepare(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws -> ArmedSignal {
        switch kind {
        case .kill(let fault): try fault.prepare(resolver, keeper)
        case .pause(let fault): try fault.prepare(resolver, keeper)
        case .restart(let fault): try fault.prepare(resolver, keeper)
        }
    }

    /// Stamps on both sides of the signals that ended it; nil where it took more than signals.
    func heal(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws -> LocalSpan? {
        switch kind {
        case .kill(let fault): try fault.heal(resolver, keeper)
        case .pause(let fault):
            // What follows, the journal above all, takes longer than the signals.
            let sweep = try fault.heal(resolver, keeper)
            return LocalSpan(from: sweep.beganAt, to: sweep.endedAt)
        case .restart(let fault): try fault.heal(resolver, keeper)
        }
        return nil
    }

    /// What became of the service's processes at the start, and at the end.
    var changes: (start: ProcessEvent.Change, end: ProcessEvent.Change) {
        switch kind {
        case .kill(let fault): (fault.signal == 9 ? .killed : .signalled, .started)
        case .pause: (.stopped, .continued)
        case .restart: (.killed, .started)
        }
    }

    func words(_ sweep: SignalSweep) -> String {
        let pids = sweep.processes.map { String($0.pid) }.joined(separator: ", ")
        return "signal \(sweep.signal) to \(service): pid \(pids.isEmpty ? "none" : pids)"
    }

    /// A signal that reached nobody had no effect; one that was not obeyed in time differs.
    func observation(_ sweep: SignalSweep) -> Observation {
        let count = "\(sweep.processes.count) process\(sweep.processes.count == 1 ? "" : "es")"
        let took = sweep.duration.rounded
        let (requested, verb) =
            switch kind {
            case .kill(let fault) where fault.signal == 9: ("all processes killed", "ended within")
            case .kill(let fault): ("signal \(fault.signal) delivered", "signalled within")
            case .pause: ("all processes stopped", "stopped within")
            case .restart: ("all processes killed, started again", "ended within")
            }
        return Observation(
            fault: id,
            quantity: service,
            requested: requested,
            observed: sweep.processes.isEmpty
                ? "no process was there"
                : sweep.isComplete
                    ? "\(count) \(verb) \(took)"
                    : "\(sweep.unaffected.count) of \(count) did not obey within \(took)",
            effect: sweep.processes.isEmpty ? .none : sweep.isComplete ? .asRequested : .differs
        )
    }
}
