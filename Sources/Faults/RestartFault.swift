package import Processes
import Undoing

#if canImport(Glibc)
import Glibc
#endif

/// Ends a service (SIGKILL to all its processes) and starts it again at once.
package struct RestartFault: Sendable {
    package let id: String
    package let service: String

    package init(id: String, service: String) {
        self.id = id
        self.service = service
    }

    package func prepare(_ services: Services, _ keeper: any UndoKeeper) throws -> ArmedSignal {
        let target = try services.named(service)
        try keeper.keep(.startService(target.service), id: id, fault: id)
        return try ArmedSignal(target, signal: SIGKILL, restarts: true)
    }

    package func inject(_ services: Services, _ keeper: any UndoKeeper) throws -> SignalSweep {
        let sweep = try prepare(services, keeper).strike()
        try heal(services, keeper)
        return sweep
    }

    /// It runs already, unless we were stopped between the two.
    package func heal(_ services: Services, _ keeper: any UndoKeeper) throws {
        let target = try services.named(service)
        if !target.isRunning { try target.restart() }
        try keeper.release(id: id)
    }
}
