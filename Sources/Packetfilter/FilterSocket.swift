import CNftnl
import Glibc
package import LinuxSystem
import Synchronization

/// The owner of one agent's packet rules in one network namespace.
///
/// All tables of an agent are made by one of these. They have the `owner` flag, which ties them to this socket: when it is
/// closed, by the end of this object or by SIGKILL of the process, the kernel removes them with their effect. So no child
/// process may inherit the descriptor; it is close-on-exec.
///
/// Each call takes some 100 µs, blocks its thread so long, and may come from any thread.
package final class FilterSocket: Sendable {
    private struct State: ~Copyable {
        var socket: NetlinkSocket
        /// Our engines that hold packets in queues of this namespace.
        var holders = 0
        let occupancy = QueueOccupancy()
        /// Packets may be held, ours or others', which would be lost with a base chain.
        var mustKeepChains: Bool { holders > 0 || occupancy.now.hasListeners }
        /// Emptied, and to be removed once no packet is held.
        var parked = Set<TableName>()
    }

    private struct TableName: Hashable {
        let name: String
        let family: TableFamily
    }

    private let state: Mutex<State>
    /// What was found out about this kernel.
    let probed = Mutex(Probed())
    /// The kernel's name for this owner, in `nft list ruleset` behind "# owner".
    package let port: UInt32

    /// Whether conntrack followed connections in this namespace when the socket was opened.
    package let tracksConnections: Bool

    /// In the namespace of the calling thread. Needs CAP_NET_ADMIN there once it changes something.
    package init() throws(FilterError) {
        let socket = try NetlinkSocket()
        port = socket.port
        // No file: no conntrack in the kernel. None tracked: nothing has asked for it here, since some flow is always there.
        let tracked = try? FileContents.text("/proc/sys/net/netfilter/nf_conntrack_count")
        tracksConnections = tracked.map { !$0.hasPrefix("0\n") } ?? false
        self.state = Mutex(State(socket: socket))
    }

    package static func open(in namespace: NetworkNamespace) throws -> FilterSocket {
        try namespace.inside { try FilterSocket() }
    }

    /// Makes the table, its sets, its chains and its rules in one transaction: all of it is there, or none.
    /// Errors: EEXIST when the name is taken, EOPNOTSUPP without owner flag (before Linux 5.12) or queue expression.
    package func install(_ table: FilterTable) throws(FilterError) -> InstalledTable {
        try install([table])[0]
    }

    /// Several in one transaction, as one fault for two families.
    package func install(_ tables: [FilterTable]) throws(FilterError) -> [InstalledTable] {
        let batch = try batch(making: tables)
        let echoes = try state.withLock { (state) throws(FilterError) in
            for table in tables where state.parked.contains(TableName(name: table.name, family: table.family))
            {
                try Self.delete(table.name, table.family, on: &state)
            }
            return try batch.send(on: &state.socket)
        }
        // The rules come last of each table, in its order.
        var made = echoes.compactMap(\.made).compactMap { RuleState($0) }[...]
        var installed: [InstalledTable] = []
        for table in tables {
            var rules: [InstalledTable.Rule] = []
            for chain in table.chains {
                for rule in chain.rules {
                    guard let state = made.popFirst(), state.chain == chain.name else {
                        throw FilterError(
                            "make table \(table.family.name) \(table.name)",
                            errno: EIO,
                            detail: "the kernel echoed no handle"
                        )
                    }
                    rules.append(
                        InstalledTable.Rule(
                            chain: chain.name,
                            rule: rule,
                            handle: state.handle,
                            carried: .zero
                        )
                    )
                }
            }
            installed.append(
                InstalledTable(name: table.name, family: table.family, rules: rules, sets: table.sets)
            )
        }
        return installed
    }

    /// Asks the kernel whether it would take the table, and changes nothing. Like `nft --check`.
    package func check(_ table: FilterTable) throws(FilterError) {
        try check(table, queue: try dialect(for: table))
    }

    /// Gives every rule that has a window this one, all in one transaction: no packet sees some rules with the old and
    /// some with the new. A lease is renewed so.
    package func replaceWindow(of table: inout InstalledTable, with window: TimeWindow) throws(FilterError) {
        var tables = [table]
        try replaceWindow(of: &tables, with: window)
        table = tables[0]
    }

    /// Of several tables in one transaction. On an error they are as before.
    package func replaceWindow(of tables: inout [InstalledTable], with window: TimeWindow) throws(FilterError)
    {
        let changed = tables.indices.flatMap { table in
            tables[table].rules.indices.filter { tables[table].rules[$0].rule.window != nil }
                .map { (table: table, rule: $0) }
        }
        guard !changed.isEmpty else { return }
        let usesQueue = tables.contains { $0.rules.contains { $0.rule.usesQueue } }
        let queue = usesQueue ? try queueDialect() : .native
        var moved = tables
        var batch = FilterBatch()
        for index in changed {
            let (table, installed) = (tables[index.table], tables[index.table].rules[index.rule])
            var rule = installed.rule
            rule.window = window
            moved[index.table].rules[index.rule].rule = rule
            let expressions = try rule.expressions(family: table.family, queue: queue)
            let place = RulePlace(table: table.name, family: table.family, chain: installed.chain)
            let comment = rule.comment
            batch.add("move the window of a rule in \(table.family.name) \(table.name)") {
                (sequence) throws(FilterError) in
                try RuleBuilder.newRule(
                    expressions,
                    comment: comment,
                    at: place,
                    replacing: installed.handle,
                    sequence: sequence
                )
            }
        }
        let echoes = try state.withLock { [batch] (state) throws(FilterError) in
            try batch.send(on: &state.socket)
        }
        for (index, echo) in zip(changed, echoes) {
            guard let handle = echo.made.flatMap({ RuleState($0) })?.handle else {
                throw FilterError("move a window", errno: EIO, detail: "the kernel echoed no handle")
            }
            moved[index.table].rules[index.rule].handle = handle
            if let last = echo.removed.flatMap({ RuleState($0) })?.count {
                moved[index.table].rules[index.rule].carried =
                    moved[index.table].rules[index.rule].carried + last
            }
        }
        tables = moved
    }

    /// Removes the table with all that is in it. False when it was gone already: healing twice is no error.
    ///
    /// Between `beginHolding` and `endHolding` only its rules go, at once, and the empty table follows at `endHolding`:
    /// when a base chain ends, the kernel drops all packets that any queue of the namespace holds (nf_queue_nf_hook_drop).
    /// While others listen on queues, it follows with `removeParked`.
    @discardableResult
    package func remove(table name: String, family: TableFamily) throws(FilterError) -> Bool {
        try state.withLock { (state) throws(FilterError) in
            guard state.mustKeepChains else { return try Self.delete(name, family, on: &state) }
            guard !state.parked.contains(TableName(name: name, family: family)) else { return false }
            let existed = try Self.send("empty table \(family.name) \(name)", on: &state) {
                (sequence) throws(FilterError) in
                try RuleBuilder.deleteRules(table: name, family: family, sequence: sequence)
            }
            if existed { state.parked.insert(TableName(name: name, family: family)) }
            return existed
        }
    }

    /// All of them in one transaction as far as they are there.
    package func remove(_ tables: [InstalledTable]) throws(FilterError) {
        let isDone = try state.withLock { (state) throws(FilterError) -> Bool in
            guard !state.mustKeepChains else { return false }
            var batch = FilterBatch()
            for table in tables {
                let (name, family) = (table.name, table.family)
                batch.add("remove table \(family.name) \(name)") { (sequence) throws(FilterError) in
                    try RuleBuilder.deleteTable(name, family: family, sequence: sequence)
                }
            }
            do throws(FilterError) {
                _ = try batch.send(on: &state.socket)
                return true
            } catch {
                // One is gone already: then each by itself.
                guard error.kind == .gone else { throw error }
                return false
            }
        }
        if isDone { return }
        // What is left, or must wait until nothing is held.
        for table in tables { try remove(table) }
    }

    /// From now on packets are held in queues of this namespace. Each call is paired with one of `endHolding`.
    package func beginHolding() {
        state.withLock { $0.holders += 1 }
    }

    /// One holder has let go of all its packets. With the last one, tables that were removed in the meantime go for good,
    /// unless others hold packets.
    package func endHolding() throws(FilterError) {
        try state.withLock { (state) throws(FilterError) in
            state.holders = max(0, state.holders - 1)
            guard !state.mustKeepChains else { return }
            try Self.deleteParked(&state)
        }
    }

    /// At the end of a run, when no engine holds packets: empty tables that were kept for the sake of others' packets go,
    /// all at one moment at which nobody holds any; or after 100 ms, if there is none.
    package func removeParked() throws(FilterError) {
        try state.withLock { (state) throws(FilterError) in
            guard state.holders == 0, !state.parked.isEmpty else { return }
            state.occupancy.awaitEmpty(patience: 100_000_000)
            try Self.deleteParked(&state)
        }
    }

    private static func deleteParked(_ state: inout State) throws(FilterError) {
        for table in state.parked { try delete(table.name, table.family, on: &state) }
    }

    @discardableResult
    private static func delete(
        _ name: String,
        _ family: TableFamily,
        on state: inout State
    ) throws(FilterError) -> Bool {
        let existed = try send("remove table \(family.name) \(name)", on: &state) {
            (sequence) throws(FilterError) in
            try RuleBuilder.deleteTable(name, family: family, sequence: sequence)
        }
        let wasParked = state.parked.remove(TableName(name: name, family: family)) != nil
        return existed && !wasParked
    }

    /// A batch of one step; false when its object is not there.
    private static func send(
        _ operation: String,
        on state: inout State,
        _ build: @escaping (UInt32) throws(FilterError) -> [UInt8]
    ) throws(FilterError) -> Bool {
        var batch = FilterBatch()
        batch.add(operation, build)
        do throws(FilterError) {
            _ = try batch.send(on: &state.socket)
            return true
        } catch {
            guard error.kind == .gone else { throw error }
            return false
        }
    }

    @discardableResult
    package func remove(_ table: InstalledTable) throws(FilterError) -> Bool {
        try remove(table: table.name, family: table.family)
    }

    /// The table with its rules and counters as the kernel has them now; nil when there is none, or when it was removed
    /// and only its empty chains wait for `endHolding`.
    package func readBack(table name: String, family: TableFamily) throws(FilterError) -> TableState? {
        try state.withLock { (state) throws(FilterError) in
            guard let found = try TableReader.read(name, family, from: &state.socket) else { return nil }
            let isParked = state.parked.contains(TableName(name: name, family: family))
            return isParked && found.rules.isEmpty ? nil : found
        }
    }

    package func readBack(_ table: InstalledTable) throws(FilterError) -> TableState? {
        try readBack(table: table.name, family: table.family)
    }

    /// Everything of nf_tables in this namespace that this socket does not own, counters left out.
    package func snapshot() throws(FilterError) -> RulesetSnapshot {
        let port = port
        return try state.withLock { (state) throws(FilterError) in
            try RulesetSnapshot.take(from: &state.socket, leavingOutOwner: port)
        }
    }

    func check(_ table: FilterTable, queue: QueueDialect) throws(FilterError) {
        var batch = FilterBatch()
        try batch.make(table, queue: queue)
        _ = try state.withLock { [batch] (state) throws(FilterError) in
            try batch.send(on: &state.socket, commit: false)
        }
    }

    private func batch(making tables: [FilterTable]) throws(FilterError) -> FilterBatch {
        var batch = FilterBatch()
        for table in tables { try batch.make(table, queue: try dialect(for: table)) }
        return batch
    }

    private func dialect(for table: FilterTable) throws(FilterError) -> QueueDialect {
        table.chains.contains { $0.rules.contains { $0.usesQueue } } ? try queueDialect() : .native
    }
}

extension PacketRule {
    var usesQueue: Bool {
        switch verdict {
        case .queue, .vanish, .queueCopy, .copyAndVanish, .makeTwin, .queueTwin: true
        case .drop, .accept, .setPriority, .steer, .detour, .detourAndReturn, .acceptReturned, .acceptOthers:
            false
        }
    }
}
