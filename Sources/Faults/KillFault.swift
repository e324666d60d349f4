package import Processes
import Synchronization
import Undoing

#if canImport(Glibc)
import Glibc
#endif

/// Signals every process of a service by pidfd, so that a reused pid is never hit.
package struct KillFault: Sendable {
    package let id: String
    package let service: String
    package let signal: Int32
    /// Whether the service is to run again when the fault is over.
    package let restarts: Bool
    private let signalled = Signalled()

    /// Who led the service when it was signalled; shared by the copies of this value.
    private final class Signalled: Sendable {
        let leader = Mutex<ProcessIdentity?>(nil)
    }

    /// Nil when the signal is not one that a fault may send.
    package init?(id: String, service: String, signal name: String, restarts: Bool) {
        guard let number = Self.signals[name] else { return nil }
        self.id = id
        self.service = service
        self.signal = number
        self.restarts = restarts
    }

    package static let signals: [String: Int32] = [
        "KILL": SIGKILL, "TERM": SIGTERM, "INT": SIGINT, "QUIT": SIGQUIT, "HUP": SIGHUP, "USR1": SIGUSR1,
        "USR2": SIGUSR2, "ABRT": SIGABRT,
    ]

    /// Those after which a service is meant to be gone, and not to have done something else (read its settings again).
    private static let ending: Set<Int32> = [SIGKILL, SIGTERM, SIGINT, SIGQUIT, SIGABRT]

    /// The service's start is kept first: should we die from now on, the guardian starts it, if it does not run.
    package func prepare(_ services: Services, _ keeper: any UndoKeeper) throws -> ArmedSignal {
        let target = try services.named(service)
        if restarts { try keeper.keep(.startService(target.service), id: id, fault: id) }
        return try ArmedSignal(target, signal: signal) { [signalled] in
            signalled.leader.withLock { $0 = target.identity }
        }
    }

    package func inject(_ services: Services, _ keeper: any UndoKeeper) throws -> SignalSweep {
        try prepare(services, keeper).strike()
    }

    /// Starts the service again; a second heal finds it running and does nothing. One that still takes its time to end
    /// is ended for good first: it would be gone a moment later, and nobody would start it then.
    package func heal(_ services: Services, _ keeper: any UndoKeeper) throws {
        guard restarts else { return }
        let target = try services.named(service)
        let isOld = signalled.leader.withLock { $0 == target.identity }
        if !target.isRunning || isOld && Self.ending.contains(signal) { try target.restart() }
        try keeper.release(id: id)
    }
}
