import LinuxSystem
import Measures
import Packetfilter
import Synchronization

/// A table whose rules carry a time window, and the lease that moves the window's end. Shared by all packet faults.
final class ArmedTable: Sendable {
    private let filter: FilterSocket
    private let table: FilterTable
    private let window: ActingWindow
    private let state = Mutex<State>(State())

    private struct State {
        var installed: InstalledTable?
        var end: Int64 = 0
    }

    init(filter: FilterSocket, table: FilterTable, window: ActingWindow) {
        self.filter = filter
        self.table = table
        self.window = window
    }

    func install(leaseUntil: Int64) throws {
        let (kernel, end) = kernelWindow(leaseUntil: leaseUntil)
        var table = table
        for chain in table.chains.indices {
            for rule in table.chains[chain].rules.indices { table.chains[chain].rules[rule].window = kernel }
        }
        let installed = try filter.install(table)
        state.withLock { $0 = State(installed: installed, end: end) }
    }

    /// Asks the kernel only when the end really moves.
    func extend(leaseUntil: Int64) throws {
        let (kernel, end) = kernelWindow(leaseUntil: leaseUntil)
        guard let kernel else { return }
        try state.withLock { state in
            guard var installed = state.installed, end > state.end else { return }
            try filter.replaceWindow(of: &installed, with: kernel)
            state = State(installed: installed, end: end)
        }
    }

    func readBack() throws -> ReadBack {
        guard let installed = state.withLock({ $0.installed }), let found = try filter.readBack(installed)
        else {
            return ReadBack(isInstalled: false, packets: 0, detail: "table \(table.name) is not there")
        }
        let counts = installed.counts(in: found)
        let packets = counts.reduce(0) { $0 + ($1?.packets ?? 0) }
        let all = counts.allSatisfy { $0 != nil } && found.owner == filter.port
        return ReadBack(
            isInstalled: all,
            packets: packets,
            detail:
                "table \(table.name): \(found.rules.count) rules, owner \(found.owner.map(String.init) ?? "none")"
        )
    }

    func remove() throws {
        try state.withLock { state in
            guard state.installed != nil else { return }
            try filter.remove(table: table.name, family: table.family)
            if try filter.readBack(table: table.name, family: table.family) != nil {
                throw FaultError(
                    "fault.not-healed",
                    "table \(table.name) is still there; remove it: nft delete table ip \(table.name)",
                    exitCode: .notHealed
                )
            }
            // Only now: a removal that failed can be tried again.
            state.installed = nil
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
        "nft table ip \(table.name), owner, \(table.chains.map(\.hook.name).joined(separator: "+"))"
    }
}
