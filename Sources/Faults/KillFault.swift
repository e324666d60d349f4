package import Processes
import Synchronization
import Undoing

#if canImport(Glibc)
import Glibc
#endif

/// Signals every process of a target by pidfd, so that a reused pid is never hit.
package struct KillFault: Sendable {
    package let id: String
    package let target: ProcessTarget
    package let signal: Int32
    /// Whether the target is to run again when the fault is over.
    package let restarts: Bool
    private let signalled = Signalled()
    private let struck = StruckContainers()

    /// Who led the service when it was signalled, and since when another is in its place; shared by the copies of this
    /// value.
    private final class Signalled: Sendable {
        let leader = Mutex<ProcessIdentity?>(nil)
        let since = Mutex<UInt64>(0)
    }

    /// Nil when the signal is not one that a fault may send.
    package init?(id: String, target: ProcessTarget, signal name: String, restarts: Bool) {
        guard let number = Self.signals[name] else { return nil }
        self.id = id
        self.target = target
        self.signal = number
        self.restarts = restarts
    }

    package static let signals: [String: Int32] = [
        "KILL": SIGKILL, "TERM": SIGTERM, "INT": SIGINT, "QUIT": SIGQUIT, "HUP": SIGHUP, "USR1": SIGUSR1,
        "USR2": SIGUSR2, "ABRT": SIGABRT,
    ]

    /// Those after which a service is meant to be gone, and not to have done something else (read its settings again).
    private static let ending: Set<Int32> = [SIGKILL, SIGTERM, SIGINT, SIGQUIT, SIGABRT]

    /// The target's start is kept first: should we die from now on, the guardian starts it, if it does not run.
    /// Errors: nothing to signal; a restart of what cannot be restarted.
    package func prepare(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws -> ArmedSignal {
        if restarts { try Restarting.check(target) }
        let found = try resolver.resolve(target)
        if restarts { try Restarting.check(found) }
        struck.remember(found)
        let held = try found.hold()
        if restarts { try keeper.keep(Restarting.undo(found), id: id, fault: id) }
        signalled.since.withLock { $0 = Restarting.now }
        let ends = Self.ending.contains(signal)
        return ArmedSignal(
            found,
            signal: signal,
            held: held,
            nears: { [id, restarts] in
                if restarts, ends { keeper.sharpen(Restarting.undo(found, isStruck: true), id: id) }
            },
            willStrike: { [signalled] in signalled.leader.withLock { $0 = found.service?.identity } }
        )
    }

    package func inject(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws -> SignalSweep {
        let armed = try prepare(resolver, keeper)
        armed.announce()
        return try armed.strike()
    }

    /// Starts the target again; a second heal finds it running and does nothing. A service that still takes its time to
    /// end is ended for good first: it would be gone a moment later, and nobody would start it then.
    package func heal(_ resolver: TargetResolver, _ keeper: any UndoKeeper) throws {
        guard restarts else { return }
        switch target {
        case .service(let name):
            let service = try resolver.services.named(name)
            let isOld = signalled.leader.withLock { $0 == service.identity }
            if !service.isRunning || isOld && Self.ending.contains(signal) {
                try Restarting.again(service, bornSince: signalled.since.withLock { $0 })
            }
        case .unit(let name): try HostUnits.start(name)
        case .container: try struck.start()
        default: break
        }
        try keeper.release(id: id)
    }
}
