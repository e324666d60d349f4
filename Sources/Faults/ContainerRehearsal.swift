package import Containers
package import Impairments
import Netlink
import Packetfilter

/// What ContainerFaults would do in the networks of these containers, told in the same words, and nothing done.
package struct ContainerRehearsal: Sendable {
    private let networks: [ContainerNamespace]
    private let seed: UInt64
    private let exemptions: Exemptions
    private let allowsOwnLine: Bool

    /// Errors: no such containers; their network may not be entered, or not be touched.
    package init(
        _ selector: ContainerSelector,
        _ resolver: TargetResolver,
        seed: UInt64,
        exemptions: Exemptions,
        allowsOwnLine: Bool
    ) throws {
        networks = try resolver.networks(selector)
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
        let operations = try networks.map { namespace in
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
        return (operations.first ?? Operation("nothing")).inside(networks.map(\.name))
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
        return fault.operation.inside(networks.map(\.name))
    }
}
