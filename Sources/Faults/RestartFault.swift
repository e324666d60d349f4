package import Processes
import Undoing

#if canImport(Glibc)
import Glibc
#endif

/// Ends a service or a unit (SIGKILL to all its processes) and starts it again at once.
package struct RestartFault: Sendable {
    package let id: String
    package let target: ProcessTarget

    package init(id: String, target: ProcessTarget) {
        self.id = id
        self.target = target
    }

    /// Errors: nothing to signal; a target that cannot be restarted.
    package func prepare(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws -> ArmedSignal {
        try Restarting.check(target)
        let found = try resolver.resolve(target)
        let held = try found.hold()
        try keeper.keep(Restarting.undo(found), id: id, fault: id)
        return ArmedSignal(found, signal: SIGKILL, held: held, restart: { try Restarting.start(found) })
    }

    package func inject(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws -> SignalSweep {
        let sweep = try prepare(resolver, keeper).strike()
        try heal(resolver, keeper)
        return sweep
    }

    /// It runs already, unless we were stopped between the two.
    package func heal(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws {
        switch target {
        case .service(let name):
            let service = try resolver.services.named(name)
            if !service.isRunning { try service.restart() }
        case .unit(let name): try Systemctl.run("start", name)
        default: break
        }
        try keeper.release(id: id)
    }
}

/// Starting again what a fault has ended.
enum Restarting {
    /// Errors: it is not known how the target was started, or systemd is not there.
    static func check(_ target: ProcessTarget) throws(FaultError) {
        switch target {
        case .service: return
        case .unit: try Systemctl.check()
        case .process, .pid, .cgroup:
            throw FaultError(
                "fault.no-restart",
                "\(target.text) cannot be started again: how it was started is not known, and the same command line in "
                    + "another environment is another process. Name a service or a systemd unit, or leave the restart "
                    + "to what supervises it."
            )
        }
    }

    static func undo(_ found: ResolvedTarget) -> Undo {
        if let service = found.service { return .startService(service.service) }
        if case .unit(let name) = found.target { return .startUnit(name) }
        preconditionFailure("checked before: only services and units are started again")
    }

    static func start(_ found: ResolvedTarget) throws {
        if let service = found.service { return try service.restart() }
        if case .unit(let name) = found.target { try Systemctl.run("restart", name) }
    }
}
