package import Processes
import Synchronization

/// The services that run on this host, by name.
package final class Services: Sendable {
    private let running = Mutex<[String: ServiceProcess]>([:])

    package init() {}

    package func add(_ service: ServiceProcess) {
        running.withLock { $0[service.service.name] = service }
    }

    package func named(_ name: String) throws -> ServiceProcess {
        if let found = running.withLock({ $0[name] }) { return found }
        let known = running.withLock { $0.keys.sorted() }.joined(separator: ", ")
        throw FaultError(
            "fault.no-service",
            "no service \"\(name)\" runs here; there is: \(known.isEmpty ? "none" : known)"
        )
    }

    package var all: [ServiceProcess] {
        running.withLock { $0.values.sorted { $0.service.name < $1.service.name } }
    }
}
