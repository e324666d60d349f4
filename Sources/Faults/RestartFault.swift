package import Processes
import Undoing

/// Ends a service (SIGKILL to all its processes) and starts it again at once.
package struct RestartFault: Sendable {
    package let id: String
    package let service: String

    package init(id: String, service: String) {
        self.id = id
        self.service = service
    }

    package func inject(_ services: Services, _ keeper: any UndoKeeper) throws -> SignalSweep {
        let target = try services.named(service)
        try keeper.keep(.startService(target.service), id: id, fault: id)
        let sweep = try target.kill()
        try target.restart()
        try keeper.release(id: id)
        return sweep
    }
}
