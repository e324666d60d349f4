import LinuxSystem
import Synchronization
import Undoing

/// Keeps what is done in another network namespace: each undo says in which, and its id too, since two namespaces have
/// interfaces of one name.
final class NamespaceKeeper: UndoKeeper {
    private let keeper: any UndoKeeper
    private let place: String
    private let kept = Mutex<Set<String>>([])

    init(_ keeper: any UndoKeeper, number: UInt64) {
        self.keeper = keeper
        place = NetworkNamespace.link(number: number)
    }

    func keep(_ undo: Undo, id: String, fault: String) throws {
        let id = own(id)
        try keeper.keep(undo.inside(place), id: id, fault: fault)
        kept.withLock { _ = $0.insert(id) }
    }

    func sharpen(_ undo: Undo, id: String) { keeper.sharpen(undo.inside(place), id: own(id)) }

    func release(id: String) throws {
        let id = own(id)
        try keeper.release(id: id)
        kept.withLock { _ = $0.remove(id) }
    }

    /// The namespace is gone, or goes with the last of our sockets in it, and there is nothing to undo any more.
    func releaseAll() throws {
        for id in kept.withLock({ $0 }) {
            try keeper.release(id: id)
            kept.withLock { _ = $0.remove(id) }
        }
    }

    private func own(_ id: String) -> String { "\(id) in \(place)" }
}

extension Undo {
    /// The same in that namespace; what names one already, or needs none, stays.
    fileprivate func inside(_ place: String) -> Undo {
        switch self {
        case .deleteRootQdisc(nil, let interface, let handle):
            .deleteRootQdisc(namespacePath: place, interface: interface, handle: handle)
        case .deleteQdisc(nil, let interface, let parent, let handle):
            .deleteQdisc(namespacePath: place, interface: interface, parent: parent, handle: handle)
        case .deleteLink(nil, let interface): .deleteLink(namespacePath: place, interface: interface)
        case .deletePacketTable(nil, let family, let name):
            .deletePacketTable(namespacePath: place, family: family, name: name)
        default: self
        }
    }
}
