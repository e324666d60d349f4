import LinuxSystem
import Measures
import Packetfilter
import Synchronization

/// Tables whose rules carry a time window, and the lease that moves the window's end. Shared by all packet faults.
final class ArmedTable: Sendable {
    private let filter: FilterSocket
    private let tables: [FilterTable]
    private let window: ActingWindow
    private let state = Mutex<State>(State())

    private struct State {
        var installed: [InstalledTable] = []
        var end: Int64 = 0
    }

    init(filter: FilterSocket, tables: [FilterTable], window: ActingWindow) {
        self.filter = filter
        self.tables = tables
        self.window = window
    }

    convenience init(filter: FilterSocket, table: FilterTable, window: ActingWindow) {
        self.init(filter: filter, tables: [table], window: window)
    }

    /// All of them, or none.
    func install(leaseUntil: Int64) throws {
        let (kernel, end) = kernelWindow(leaseUntil: leaseUntil)
        var installed: [InstalledTable] = []
        do {
            for var table in tables {
                for chain in table.chains.indices {
                    for rule in table.chains[chain].rules.indices {
                        table.chains[chain].rules[rule].window = kernel
                    }
                }
                installed.append(try filter.install(table))
            }
        } catch {
            for table in installed { try filter.remove(table) }
            throw error
        }
        state.withLock { $0 = State(installed: installed, end: end) }
    }

    /// Asks the kernel only when the end really moves.
    func extend(leaseUntil: Int64) throws {
        let (kernel, end) = kernelWindow(leaseUntil: leaseUntil)
        guard let kernel else { return }
        try state.withLock { state in
            guard !state.installed.isEmpty, end > state.end else { return }
            for index in state.installed.indices {
                try filter.replaceWindow(of: &state.installed[index], with: kernel)
            }
            state.end = end
        }
    }

    func readBack() throws -> ReadBack {
        let installed = state.withLock { $0.installed }
        var (packets, rules) = (UInt64(0), 0)
        for table in installed {
            guard let found = try filter.readBack(table) else {
                return ReadBack(isInstalled: false, packets: 0, detail: "table \(table.name) is not there")
            }
            let counts = table.counts(in: found)
            packets += counts.reduce(0) { $0 + ($1?.packets ?? 0) }
            rules += found.rules.count
            // A rule without a counter has no count either.
            let handles = Set(found.rules.map(\.handle))
            guard table.rules.allSatisfy({ handles.contains($0.handle) }), found.owner == filter.port else {
                return ReadBack(
                    isInstalled: false,
                    packets: packets,
                    detail: "table \(table.name) was changed"
                )
            }
        }
        return ReadBack(
            isInstalled: !installed.isEmpty,
            packets: packets,
            detail: installed.isEmpty ? "no table is there" : "\(words): \(rules) rules"
        )
    }

    func remove() throws {
        try state.withLock { state in
            while let table = state.installed.last {
                try filter.remove(table)
                if try filter.readBack(table) != nil {
                    let name = "\(table.family.name) \(table.name)"
                    throw FaultError(
                        "fault.not-healed",
                        "table \(name) is still there; remove it: nft delete table \(name)",
                        exitCode: .notHealed
                    )
                }
                // Only now: a removal that failed can be tried again.
                state.installed.removeLast()
            }
        }
    }

    /// In CLOCK_REALTIME, since that is what `meta time` compares with. A window that the lease does not reach yet is a
    /// nanosecond long: installed, and without effect.
    private func kernelWindow(leaseUntil: Int64) -> (TimeWindow?, Int64) {
        let map = ClockMap.read()
        let end = window.end(leaseUntil: leaseUntil)
        let start = map.realtime(monotonic: window.start)
        return (TimeWindow(start: start, end: max(start + 1, map.realtime(monotonic: end))), end)
    }

    var words: String {
        tables.map { table in
            let hooks = table.chains.map(\.hook.name).joined(separator: "+")
            return "nft table \(table.family.name) \(table.name), owner, \(hooks)"
        }.joined(separator: "; ")
    }
}
