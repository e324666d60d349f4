import LinuxSystem
import Measures
import Netlink
import Packetfilter
import Synchronization
import Undoing

/// The delay tree of one interface, shared by the faults that use netem: made for the first, removed after the last.
final class NetemTree: Sendable {
    private let interface: String
    private let keeper: any UndoKeeper
    private let state: Mutex<State>

    private struct State: ~Copyable {
        let socket: RouteSocket
        let tree: DelayTree
        var used: Set<Int> = []
        var before: TrafficControlSnapshot?
    }

    /// Errors: no such interface.
    init(interface: String, keeper: any UndoKeeper) throws {
        self.interface = interface
        self.keeper = keeper
        let socket = try RouteSocket()
        let link = try socket.link(named: interface)
        state = Mutex(State(socket: socket, tree: DelayTree(link: link.index)))
    }

    /// A band of its own for one fault. Nothing is steered there before a rule does it.
    func take(_ spec: NetemSpec) throws -> Int {
        try state.withLock { state in
            guard let band = DelayTree.bands.first(where: { !state.used.contains($0) }) else {
                throw FaultError("fault.bands", "more than \(DelayTree.bands.count) delays at once on \(interface)")
            }
            if state.used.isEmpty {
                let undo = Undo.deleteRootQdisc(
                    namespacePath: nil, interface: interface, handle: DelayTree.handle.number)
                try keeper.keep(undo, id: undoID, fault: "delay tree")
                state.before = try state.socket.install(state.tree)
            }
            try state.socket.setBand(band, of: state.tree, to: spec)
            state.used.insert(band)
            return band
        }
    }

    /// Gives the band back; the last one takes the tree with it, and the state before is compared.
    func giveBack(_ band: Int) throws {
        try state.withLock { state in
            guard state.used.remove(band) != nil else { return }
            try state.socket.clearBand(band, of: state.tree)
            guard state.used.isEmpty else { return }
            let differences = try state.socket.remove(state.tree, restoring: state.before)
            guard differences.isEmpty else {
                throw FaultError(
                    "fault.not-healed", "\(interface) differs from before: \(differences.joined(separator: "; "))",
                    exitCode: .notHealed)
            }
            state.before = nil
            try keeper.release(id: undoID)
        }
    }

    func holds(_ band: Int) throws -> Bool {
        try state.withLock { state in
            try state.socket.qdiscs(of: state.tree.link).contains {
                $0.kind == "netem" && $0.parent == DelayTree.classHandle(band: band)
            }
        }
    }

    /// At the end of a run: a tree that a fault left, should one have, goes too.
    func removeIfUnused() throws -> [String] {
        try state.withLock { state in
            guard state.used.isEmpty else { return ["\(interface) still has \(state.used.count) delay bands"] }
            return try state.socket.remove(state.tree, restoring: state.before)
        }
    }

    private var undoID: String { "delay-tree \(interface)" }
}
