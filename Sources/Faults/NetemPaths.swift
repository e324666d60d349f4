import Netlink
import Packetfilter
import Synchronization

/// The detours of a run: one for each interface and direction that a fault uses.
final class NetemPaths: Sendable {
    private struct Key: Hashable {
        let interface: String
        let direction: Detour.Direction
    }

    private let seed: UInt64
    private let keeper: any UndoKeeper
    private let filter: FilterSocket
    private let paths = Mutex<[Key: NetemPath]>([:])

    init(seed: UInt64, keeper: any UndoKeeper, filter: FilterSocket) {
        self.seed = seed
        self.keeper = keeper
        self.filter = filter
    }

    /// Errors: no such interface.
    func path(_ interface: String, _ direction: Detour.Direction) throws -> NetemPath {
        try paths.withLock { paths in
            let key = Key(interface: interface, direction: direction)
            if let path = paths[key] { return path }
            let path = try NetemPath(
                interface: interface,
                direction,
                seed: seed,
                keeper: keeper,
                filter: filter
            )
            paths[key] = path
            return path
        }
    }

    /// At the end of a run. The lines that differ from the state before it.
    func removeIfUnused() throws -> [String] {
        try paths.withLock { paths in try paths.values.flatMap { try $0.removeIfUnused() } }
    }
}
