import Engines
import Synchronization

/// The containers that a fault ended: once they have, their engine does not list them as running, and a selector would not
/// find them. Shared by the copies of a fault's value.
final class StruckContainers: Sendable {
    private let containers = Mutex<[ContainerReference]>([])

    func remember(_ found: ResolvedTarget) {
        containers.withLock { $0 = found.containers.map(\.reference) }
    }

    func start() throws {
        for container in containers.withLock({ $0 }) { try container.start() }
    }
}
