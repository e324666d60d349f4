import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import Synchronization
import Undoing

/// The detour of one interface in one direction, with the tree on it, shared by the faults that use netem there: made when
/// the first is armed, removed when the run ends. In between it does nothing to packets that no rule steers.
final class NetemPath: Sendable {
    private let detour: Detour
    private let keeper: any UndoKeeper
    private let filter: FilterSocket
    private let seed: UInt64
    private let state: Mutex<State>

    private struct State: ~Copyable {
        let socket: RouteSocket
        var tree: DelayTree?
        var before: TrafficControlSnapshot?
        var combinations = NetemCombinations()
        /// Drops of faults in classes that are gone.
        var carried: [Int32: UInt64] = [:]
    }

    /// Errors: no such interface.
    init(
        interface: String,
        _ direction: Detour.Direction,
        seed: UInt64,
        keeper: any UndoKeeper,
        filter: FilterSocket
    ) throws {
        let socket = try RouteSocket()
        detour = Detour(of: try socket.link(named: interface), direction)
        self.keeper = keeper
        self.filter = filter
        self.seed = seed
        state = Mutex(State(socket: socket))
    }

    /// Makes the classes of a fault. Nothing is steered there before its rules do it.
    /// Errors: NetemUnfit; FaultError when too many faults meet.
    func admit(_ fault: NetemCombinations.Fault) throws -> NetemPlace {
        if let unfit = NetemUnfit.check(fault.spec, on: detour.interface) { throw unfit }
        return try state.withLock { state in
            if detour.direction == .arriving {
                let seen = try state.socket.trafficControl(of: detour.interface.index)
                if let unfit = NetemUnfit.check(arrivingPast: seen, detour.interface) { throw unfit }
            }
            try Self.release(&state)
            var combinations = state.combinations
            let admission = try combinations.admit(
                fault,
                mixesDuplicates: Feature.duplicatesBesideOthers.answer().isYes
            )
            let place = NetemPlace(admission, among: combinations, on: detour, seed: seed)
            let tree = try state.tree ?? make(&state)
            var made: [Int] = []
            do {
                for entry in place.classes {
                    try state.socket.addClass(entry.number, entry.qdiscs, to: tree)
                    made.append(entry.number)
                }
            } catch {
                for number in made { _ = try? state.socket.removeClass(number, of: tree) }
                throw error
            }
            state.combinations = combinations
            return place
        }
    }

    /// The undo is kept first. The rule that hands packets over comes last.
    private func make(_ state: inout State) throws -> DelayTree {
        try keeper.keep(
            .deleteLink(namespacePath: nil, interface: detour.nearName),
            id: undoID,
            fault: "delay tree"
        )
        do {
            state.before = try state.socket.trafficControl(of: detour.interface.index)
            let tree = try state.socket.make(detour)
            _ = try filter.install(detour.handingOver(to: tree))
            state.tree = tree
            return tree
        } catch {
            // The refusal is what the caller needs to hear of.
            _ = try? state.socket.deleteLink(detour.nearName)
            try? keeper.release(id: undoID)
            throw error
        }
    }

    /// The fault's rules are gone: what comes later is not steered into its classes.
    func leave(_ place: NetemPlace) { state.withLock { $0.combinations.leave(place.number) } }

    /// Whether packets are held that met the fault, alone or with others.
    func isHolding(_ place: NetemPlace) throws -> Bool {
        try state.withLock { state in
            guard let tree = state.tree else { return false }
            let counters = try state.socket.counters(of: tree.link)
            return state.combinations.combinations(with: place.number).contains {
                Self.isHolding($0, counters)
            }
        }
    }

    /// Removes the classes of faults that are leaving. One that still holds packets, which other faults delay longer, stays
    /// until a later call finds it empty: these packets are the other faults' too. Twice is once.
    func release() throws {
        try state.withLock { state in try Self.release(&state) }
    }

    private static func release(_ state: inout State) throws {
        guard let tree = state.tree, !state.combinations.abandoned.isEmpty else { return }
        let counters = try state.socket.counters(of: tree.link)
        for combination in state.combinations.abandoned where !isHolding(combination, counters) {
            let drops = drops(in: combination, of: state.combinations, counters)
            try state.socket.removeClass(combination.number, of: tree)
            for (fault, drops) in drops { state.carried[fault, default: 0] += drops }
            // Only now: what failed can be tried again.
            for fault in state.combinations.remove(combination) { state.carried[fault] = nil }
        }
    }

    private static func isHolding(
        _ combination: NetemCombinations.Combination,
        _ counters: [QdiscCounters]
    ) -> Bool {
        // What a qdisc below it holds, the outermost counts too.
        let outermost = DelayTree.qdiscHandle(combination.number, depth: 0)
        return counters.contains { $0.handle == outermost && $0.backlog > 0 }
    }

    /// What the fault's qdiscs did, and whether the kernel has all of them, set as asked.
    func account(_ place: NetemPlace) throws -> (isThere: Bool, dropped: UInt64) {
        try state.withLock { state in
            guard let tree = state.tree, state.combinations.faults[place.number] != nil else {
                return (false, 0)
            }
            let objects = try state.socket.qdiscs(of: tree.link)
            let counters = try state.socket.counters(of: tree.link)
            var isThere = true
            var dropped = state.carried[place.number, default: 0]
            for combination in state.combinations.combinations(with: place.number) {
                let asked = state.combinations.seededQdiscs(of: combination, seed: seed)
                for (depth, entry) in asked.enumerated() {
                    let handle = DelayTree.qdiscHandle(combination.number, depth: depth)
                    let object = objects.first { $0.handle == handle }
                    isThere = try isThere && object.map { try $0.isSet(as: entry.qdisc) } ?? false
                }
                dropped +=
                    Self.drops(in: combination, of: state.combinations, counters)[place.number] ?? 0
            }
            return (isThere, dropped)
        }
    }

    /// A qdisc also counts what those below it drop.
    private static func drops(
        in combination: NetemCombinations.Combination,
        of all: NetemCombinations,
        _ counters: [QdiscCounters]
    ) -> [Int32: UInt64] {
        let entries = all.qdiscs(of: combination)
        let counts = entries.indices.map { depth in
            counters.first { $0.handle == DelayTree.qdiscHandle(combination.number, depth: depth) }?.drops
                ?? 0
        }
        var drops: [Int32: UInt64] = [:]
        for (depth, entry) in entries.enumerated() {
            let below = depth + 1 < counts.count ? counts[depth + 1] : 0
            drops[entry.fault, default: 0] += counts[depth] - min(counts[depth], below)
        }
        return drops
    }

    /// At the end of a run: the detour goes, if no fault is on it. The lines that differ from the state before it.
    func removeIfUnused() throws -> [String] {
        try state.withLock { state in
            let name = detour.interface.name
            let left = state.combinations.staying.map(\.id).sorted()
            guard left.isEmpty else {
                return ["\(detour.nearName) still has \(left.joined(separator: ", "))"]
            }
            guard state.tree != nil else { return [] }
            try filter.remove(table: detour.tableName, family: .netdev)
            try state.socket.deleteLink(detour.nearName)
            let after = try state.socket.trafficControl(of: detour.interface.index)
            let differences = state.before?.difference(to: after) ?? []
            guard differences.isEmpty else { return differences.map { "\(name): \($0)" } }
            state.tree = nil
            state.combinations = NetemCombinations()
            try keeper.release(id: undoID)
            return []
        }
    }

    private var undoID: String { "delay-tree \(detour.nearName)" }
}

extension TrafficControlObject {
    /// All of a netem; of the line below it that it is there.
    fileprivate func isSet(as asked: Qdisc) throws -> Bool {
        guard case .netem(let spec) = asked else { return kind == asked.kind }
        return try NetemReadback(self)?.equals(spec) ?? false
    }
}
