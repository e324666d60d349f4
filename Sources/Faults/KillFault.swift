package import Processes
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

    /// The service's start is kept first: should we die now, the guardian starts it.
    package func inject(_ services: Services, _ keeper: any UndoKeeper) throws -> SignalSweep {
        let target = try services.named(service)
        if restarts { try keeper.keep(.startService(target.service), id: id, fault: id) }
        return try target.kill(signal)
    }

    /// Starts the service again; a second heal finds it running and does nothing.
    package func heal(_ services: Services, _ keeper: any UndoKeeper) throws {
        guard restarts else { return }
        let target = try services.named(service)
        if !target.isRunning || target.members.current().allSatisfy({ !$0.isAlive }) { try target.restart() }
        try keeper.release(id: id)
    }
}
