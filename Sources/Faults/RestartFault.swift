import Containers
import Engines
import LinuxSystem
package import Processes
import Undoing

#if canImport(Glibc)
import Glibc
#endif

/// Ends a service or a unit (SIGKILL to all its processes) and starts it again at once.
package struct RestartFault: Sendable {
    package let id: String
    package let target: ProcessTarget
    private let struck = StruckContainers()

    package init(id: String, target: ProcessTarget) {
        self.id = id
        self.target = target
    }

    /// Errors: nothing to signal; a target that cannot be restarted.
    package func prepare(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws -> ArmedSignal {
        try Restarting.check(target)
        let found = try resolver.resolve(target)
        try Restarting.check(found)
        struck.remember(found)
        let held = try found.hold()
        try keeper.keep(Restarting.undo(found), id: id, fault: id)
        return ArmedSignal(
            found,
            signal: SIGKILL,
            held: held,
            nears: { [id] in keeper.sharpen(Restarting.undo(found, isStruck: true), id: id) },
            restart: { try Restarting.start(found) }
        )
    }

    package func inject(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws -> SignalSweep {
        let armed = try prepare(resolver, keeper)
        armed.announce()
        let sweep = try armed.strike()
        try heal(resolver, keeper)
        return sweep
    }

    /// It runs already, unless we were stopped between the two.
    package func heal(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws {
        switch target {
        case .service(let name):
            let service = try resolver.services.named(name)
            if !service.isRunning {
                try Restarting.again(service, bornSince: service.identity.startTime)
            }
        case .unit(let name): try HostUnits.start(name)
        case .container: try struck.start()
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
        case .container: return
        case .unit: try HostUnits.check()
        case .process, .pid, .cgroup:
            throw FaultError(
                "fault.no-restart",
                "\(target.text) cannot be started again: how it was started is not known, and the same command line in "
                    + "another environment is another process. Name a service, a systemd unit or a container, or leave "
                    + "the restart to what supervises it."
            )
        }
    }

    /// Now, as start times of processes are counted.
    static var now: UInt64 { UInt64(Clocks.boot() / 10_000_000) }

    /// Errors: a container that nobody starts again when it has ended, or somebody else does; a unit that systemd would not
    /// start for us.
    static func check(_ found: ResolvedTarget) throws(FaultError) {
        if case .unit(let name) = found.target { try HostUnits.check(running: name) }
        for container in found.containers.map(\.container) {
            guard let reason = container.unstartable else { continue }
            throw FaultError(
                "fault.no-restart",
                "\(container.text) \(reason), so that no fault can start it again: leave the restart out"
            )
        }
    }

    static func undo(_ found: ResolvedTarget, isStruck: Bool = false) -> Undo {
        if let service = found.service {
            return .restoreService(
                ServiceUndo(
                    service: service.service,
                    leader: service.identity,
                    since: now,
                    isStruck: isStruck,
                    starter: ServiceRestoration.ownProgram,
                    boot: (try? Boot.identifier()) ?? ""
                )
            )
        }
        if !found.containers.isEmpty { return .startContainers(found.containers.map(\.reference)) }
        if case .unit(let name) = found.target { return .startUnit(name) }
        preconditionFailure("checked before: only services, units and containers are started again")
    }

    /// Starts it, unless the guardian did while this process was frozen: that one is then the service.
    static func again(_ service: ServiceProcess, bornSince: UInt64) throws {
        if let runner = ServiceRestoration.runner(of: service.service, bornSince: bornSince),
            runner != service.identity
        {
            try service.adopt(runner)
        } else {
            try service.restart()
        }
    }

    static func start(_ found: ResolvedTarget) throws {
        if let service = found.service { return try service.restart() }
        for container in found.containers { try container.reference.restart() }
        if case .unit(let name) = found.target { try HostUnits.restart(name) }
    }
}
