import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import Synchronization
import Undoing

/// The delay tree of one interface, shared by the faults that use netem: made when the first is armed, removed when the
/// run ends, and not with the last fault. While the kernel exchanges an interface's root, every packet that leaves is
/// dropped for a moment (`dev_deactivate`, up to a grace period of RCU), and that moment is not to lie within what is
/// measured. In between it does nothing to packets that no rule steers.
final class NetemTree: Sendable {
    private let interface: String
    private let keeper: any UndoKeeper
    private let state: Mutex<State>

    private struct State: ~Copyable {
        let socket: RouteSocket
        let tree: DelayTree
        /// What each fault's band is set to.
        var used: [Int: NetemSpec] = [:]
        var isThere = false
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
            guard let band = DelayTree.bands.first(where: { state.used[$0] == nil }) else {
                throw FaultError(
                    "fault.bands",
                    "more than \(DelayTree.bands.count) delays at once on \(interface)"
                )
            }
            if !state.isThere { try plant(&state) }
            try state.socket.setBand(band, of: state.tree, to: spec)
            state.used[band] = spec
            return band
        }
    }

    private func plant(_ state: inout State) throws {
        let undo = Undo.deleteRootQdisc(
            namespacePath: nil,
            interface: interface,
            handle: DelayTree.handle.number
        )
        try keeper.keep(undo, id: undoID, fault: "delay tree")
        do {
            let before = try state.socket.install(state.tree)
            // A tree that an earlier agent left is no state to come back to.
            state.before = state.tree.decide(before) == .alreadyThere ? nil : before
            state.isThere = true
        } catch {
            // The refusal is what the caller needs to hear of.
            try? keeper.release(id: undoID)
            throw error
        }
    }

    /// Gives the band back: a plain queue again, that nobody is steered to.
    func giveBack(_ band: Int) throws {
        try state.withLock { state in
            guard state.used[band] != nil else { return }
            try state.socket.clearBand(band, of: state.tree)
            // Only now: what failed can be tried again.
            state.used[band] = nil
        }
    }

    /// Whether the kernel has netem below that band, set as asked.
    func holds(_ band: Int) throws -> Bool {
        try state.withLock { state in
            guard let asked = state.used[band] else { return false }
            return try state.socket.qdiscs(of: state.tree.link).contains {
                $0.parent == DelayTree.classHandle(band: band) && NetemReadback($0)?.matches(asked) == true
            }
        }
    }

    /// At the end of a run: the tree goes, if no fault has a band of it. The lines that differ from the state before it.
    func removeIfUnused() throws -> [String] {
        try state.withLock { state in
            guard state.used.isEmpty else {
                return ["\(interface) still has \(state.used.count) delay bands"]
            }
            guard state.isThere else { return [] }
            let differences = try state.socket.remove(state.tree, restoring: state.before)
            guard differences.isEmpty else { return differences.map { "\(interface): \($0)" } }
            state.isThere = false
            try keeper.release(id: undoID)
            return []
        }
    }

    private var undoID: String { "delay-tree \(interface)" }
}

extension NetemReadback {
    /// The parts of it that a fault asks for. The kernel keeps shares as 32-bit fractions, and times exactly.
    fileprivate func matches(_ asked: NetemSpec) -> Bool {
        let share: UInt32 =
            if case .random(let share, _) = asked.impairment.loss { share.scaled32 } else { 0 }
        return latencyNanoseconds == asked.impairment.latency.nanoseconds
            && jitterNanoseconds == asked.impairment.jitter.nanoseconds
            && loss == share
    }
}
