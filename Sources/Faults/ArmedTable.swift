import LinuxSystem
import Measures
import Packetfilter
import Synchronization

/// Tables whose rules carry a time window, one for each address family, and the lease that moves the window's end. Shared by
/// all packet faults.
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
            for table in installed { _ = try? filter.remove(table) }
            throw error
        }
        state.withLock { [installed] in $0 = State(installed: installed, end: end) }
    }

    /// Asks the kernel only when the end really moves.
    func extend(leaseUntil: Int64) throws {
        let (kernel, end) = kernelWindow(leaseUntil: leaseUntil)
        guard let kernel else { return }
        try state.withLock { state in
            guard end > state.end else { return }
            for index in state.installed.indices {
                try filter.replaceWindow(of: &state.installed[index], with: kernel)
            }
            state.end = end
        }
    }

    func readBack() throws -> ReadBack {
        let installed = state.withLock { $0.installed }
        var (packets, rules, isThere) = (UInt64(0), 0, !installed.isEmpty)
        for table in installed {
            guard let found = try filter.readBack(table), found.owner == filter.port else {
                isThere = false
                continue
            }
            for (rule, count) in zip(table.rules, table.counts(in: found)) where rule.rule.counter {
                packets += count?.packets ?? 0
                isThere = isThere && count != nil
            }
            rules += found.rules.count
        }
        return ReadBack(
            isInstalled: isThere,
            packets: packets,
            detail: isThere
                ? "table \(name): \(rules) rules, owner \(filter.port)" : "table \(name) is not there as made"
        )
    }

    func remove() throws {
        try state.withLock { state in
            while let table = state.installed.last {
                try filter.remove(table)
                if try filter.readBack(table) != nil {
                    throw FaultError(
                        "fault.not-healed",
                        "table \(name) is still there; remove it: nft delete table \(table.family.name) \(name)",
                        exitCode: .notHealed
                    )
                }
                // Only now: a removal that failed can be tried again.
                state.installed.removeLast()
            }
        }
    }

    private var name: String { tables.first?.name ?? "" }

    /// In CLOCK_REALTIME, since that is what `meta time` compares with. A window that the lease does not reach yet is a
    /// nanosecond long: installed, and without effect.
    private func kernelWindow(leaseUntil: Int64) -> (TimeWindow?, Int64) {
        let map = ClockMap.read()
        let end = window.end(leaseUntil: leaseUntil)
        let start = map.realtime(monotonic: window.start)
        return (TimeWindow(start: start, end: max(start + 1, map.realtime(monotonic: end))), end)
    }

    var words: String {
        let families = tables.map(\.family.name).joined(separator: "+")
        let hooks = tables.first.map { $0.chains.map(\.hook.name).joined(separator: "+") } ?? ""
        return "nft table \(families) \(name), owner, \(hooks)"
    }
}
