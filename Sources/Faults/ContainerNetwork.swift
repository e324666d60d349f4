import LinuxSystem

/// Packet faults in one container's network. It holds sockets there, which keep the namespace alive until the last of
/// them is closed.
final class ContainerNetwork: Sendable {
    let namespace: ContainerNamespace
    let faults: PacketFaults
    private let keeper: NamespaceKeeper

    init(
        _ namespace: ContainerNamespace,
        seed: UInt64,
        keeper: any UndoKeeper,
        exemptions: Exemptions,
        allowsOwnLine: Bool
    ) throws {
        self.namespace = namespace
        let own = NamespaceKeeper(keeper, number: namespace.number)
        self.keeper = own
        faults = try namespace.inside {
            try PacketFaults(
                interface: try ContainerNamespace.interface(of: namespace.text),
                seed: seed,
                keeper: own,
                exemptions: exemptions,
                allowsOwnLine: allowsOwnLine
            )
        }
    }

    /// What differs from the state before. A namespace in which nobody is any more goes with the last of our sockets, and
    /// everything in it. Twice is once.
    @discardableResult
    func differencesFromBefore() throws -> [String] {
        let found = faults.differencesFromBefore()
        guard NetworkNamespace.find(number: namespace.number) != nil else {
            try keeper.releaseAll()
            return []
        }
        return found.map { "\(namespace.name): \($0)" }
    }
}
