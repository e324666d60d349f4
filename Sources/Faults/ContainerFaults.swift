package import Containers
package import Impairments
import LinuxSystem
import Measures
import Synchronization

/// Arms packet faults in the networks of this host's containers, each followed when its container comes back in another.
package final class ContainerFaults: Sendable {
    private let resolver: TargetResolver
    private let seed: UInt64
    private let keeper: any UndoKeeper
    private let exemptions: Exemptions
    private let allowsOwnLine: Bool
    /// By the kernel's number of the namespace: faults that meet in one network share what they need there.
    private let networks = Mutex<[UInt64: ContainerNetwork]>([:])

    /// `resolver`: finds containers, and only those that may be hit.
    package init(
        resolver: TargetResolver,
        seed: UInt64,
        keeper: any UndoKeeper,
        exemptions: Exemptions = Exemptions(),
        allowsOwnLine: Bool = false
    ) {
        self.resolver = resolver
        self.seed = seed
        self.keeper = keeper
        self.exemptions = exemptions
        self.allowsOwnLine = allowsOwnLine
    }

    /// Matching packets of the containers suffer what is asked. `tell`: who ended, and who was followed, for a person.
    /// Errors: no such container; its network is the host's; those of `PacketFaults.impair`.
    package func impair(
        id: String,
        _ asked: Impairment,
        on filter: TrafficFilter,
        in selector: ContainerSelector,
        window: ActingWindow,
        leaseUntil: Int64,
        tell: @escaping @Sendable (String) -> Void
    ) throws -> ContainerInjection {
        let actions = ContainerInjection.Actions(
            find: { [self] in try found(selector) },
            arm: { network, window, leaseUntil in
                try network.namespace.inside {
                    try network.faults.impair(
                        id: id,
                        asked,
                        on: filter,
                        window: window,
                        leaseUntil: leaseUntil
                    )
                }
            },
            abandon: { [self] in try abandon($0) },
            tell: tell
        )
        return try ContainerInjection(id: id, window: window, leaseUntil: leaseUntil, actions)
    }

    /// Connections of the containers, closed at one instant by whoever strikes with these.
    package func reset(id: String, _ filter: TrafficFilter, in selector: ContainerSelector) throws
        -> ContainerReset
    {
        ContainerReset(
            fault: try ResetFault(
                id: id,
                filter,
                seed: seed,
                exemptions: exemptions,
                allowsOwnLine: allowsOwnLine,
                // Nothing of this process is in there.
                sparesOwnProcess: false
            ),
            containers: try resolver.networks(selector).map(\.container),
            find: { [resolver] in try resolver.networks(selector) }
        )
    }

    /// The networks of the containers that run now, each once.
    private func found(_ selector: ContainerSelector) throws -> [ContainerNetwork] {
        let namespaces = try resolver.networks(selector)
        return try networks.withLock { networks in
            try namespaces.map { namespace in
                if let known = networks[namespace.number], known.namespace.container.isAlive { return known }
                let network = try ContainerNetwork(
                    namespace,
                    seed: seed,
                    keeper: keeper,
                    exemptions: exemptions,
                    allowsOwnLine: allowsOwnLine
                )
                networks[namespace.number] = network
                return network
            }
        }
    }

    /// Its container has ended: our sockets in it are closed with the last fault that holds it.
    private func abandon(_ network: ContainerNetwork) throws {
        networks.withLock { networks in
            let number = network.namespace.number
            if networks[number] === network { networks[number] = nil }
        }
        try network.differencesFromBefore()
    }

    /// At the end of a run, when all is healed; nothing as a rule. Twice is once.
    package func differencesFromBefore() -> [String] {
        let networks = networks.withLock { networks in
            defer { networks = [:] }
            return networks.values.sorted { $0.namespace.number < $1.namespace.number }
        }
        return networks.flatMap { network in
            do {
                return try network.differencesFromBefore()
            } catch {
                return ["\(network.namespace.name): \(error)"]
            }
        }
    }
}
