import Cgroups
package import Containers
import Engines
import Processes

/// Containers as targets.
extension TargetResolver {
    /// The running containers that are meant, none of them this program's own.
    /// Errors: those of `Engines.find`; it is our own.
    package func containers(_ selector: ContainerSelector) throws -> [FoundContainer] {
        let found = try engines.find(selector).map { try FoundContainer($0.container, of: $0.engine) }
        if let own = found.first(where: \.isOwn) {
            throw FaultError(
                "fault.protected",
                "\(selector.text) is not hit: Faultline itself runs in \(own.container.text)"
            )
        }
        return found
    }

    /// The networks of the containers that are meant, each once.
    /// Errors: as above; a network is the host's; somebody in one must not be hit: whoever shares it would be.
    func networks(_ selector: ContainerSelector) throws -> [ContainerNamespace] {
        let networks = try ContainerNamespace.distinct(resolve(.container(selector)).containers)
        let scope = scope.anywhere
        let table = ProcessTable.current()
        for status in networks.flatMap({ table.members(ofNetworkNamespace: $0.number) }) {
            if case .no(let reason) = scope.answer(for: status) {
                throw FaultError(
                    "fault.protected",
                    "\(selector.text) is not hit, whose network is shared: \(reason)"
                )
            }
        }
        return networks
    }

    /// Their processes live in namespaces of their own as a rule; protected they are as others are.
    func found(_ target: ProcessTarget, _ containers: [FoundContainer]) throws -> ResolvedTarget {
        let scope = scope.anywhere
        let mounts = try CgroupMounts.current()
        let groups = try containers.map { container in
            let group = try container.anyGroup(mounts)
            try check(group, of: container.container.text, scope)
            return group
        }
        return try found(target, containers: containers) { Self.members(of: groups, scope) }
    }
}
