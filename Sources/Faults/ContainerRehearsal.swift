package import Impairments
import Netlink
import Packetfilter

/// What ContainerFaults would do in the networks of these containers, told in the same words, and nothing done.
package struct ContainerRehearsal: Sendable {
    private let containers: [FoundContainer]
    private let seed: UInt64
    private let exemptions: Exemptions
    private let allowsOwnLine: Bool

    package init(containers: [FoundContainer], seed: UInt64, exemptions: Exemptions, allowsOwnLine: Bool) {
        self.containers = containers
        self.seed = seed
        self.exemptions = exemptions
        self.allowsOwnLine = allowsOwnLine
    }

    /// Errors: those of `ContainerFaults.impair`, as far as they show beforehand.
    package func impair(
        id: String,
        _ asked: Impairment,
        on filter: TrafficFilter,
        window: ActingWindow
    ) throws -> Operation {
        let namespaces = try ContainerFaults.namespaces(containers)
        let operations = try namespaces.map { namespace in
            let name = namespace.text
            return try namespace.inside { [seed, exemptions, allowsOwnLine] in
                var rehearsal = PacketRehearsal(
                    links: try RouteSocket().links(),
                    interface: try ContainerNamespace.interface(of: name),
                    seed: seed,
                    exemptions: exemptions,
                    allowsOwnLine: allowsOwnLine,
                    filter: try FilterSocket()
                )
                return try rehearsal.impair(id: id, asked, on: filter, window: window)
            }
        }
        return (operations.first ?? Operation("nothing")).inside(namespaces.map(\.name))
    }

    /// Errors: those of `ContainerFaults.reset`.
    package func reset(id: String, _ filter: TrafficFilter) throws -> Operation {
        let fault = try ResetFault(
            id: id,
            filter,
            seed: seed,
            exemptions: exemptions,
            allowsOwnLine: allowsOwnLine
        )
        return ContainerReset(fault: fault, namespaces: try ContainerFaults.namespaces(containers)).operation
    }
}
