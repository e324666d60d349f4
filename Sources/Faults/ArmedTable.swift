import LinuxSystem
import Measures
import Packetfilter
import Synchronization

/// Tables whose rules carry a time window, and the lease that moves the window's end. Shared by all packet faults; one
/// table for each family that the fault concerns, and all of them as one: there are either all or none of them, and no
/// packet sees one with an old window and one with a new.
final class ArmedTable: Sendable {
    private let filter: FilterSocket
    private let tables: [FilterTable]
    private let state: Mutex<State>

    private struct State {
        var installed: [InstalledTable] = []
        /// What is asked.
        var asked: ActingWindow
        /// What the kernel has: until when on CLOCK_MONOTONIC, and what it compares with.
        var end: Int64 = 0
        var leaseUntil: Int64 = 0
        var window: TimeWindow?
    }

    /// Nanoseconds: readings of the two clocks differ by less, steps of the wall clock matter from here on.
    private static let leastStep: Int64 = 1_000_000

    /// Nanoseconds that telling the kernel may take: 0.3 ms as a rule.
    private static let leastLead: Int64 = 3_000_000

    init(filter: FilterSocket, tables: [FilterTable], window: ActingWindow) {
        self.filter = filter
        self.tables = tables
        state = Mutex(State(asked: window))
    }

    func install(leaseUntil: Int64) throws {
        let asked = state.withLock { $0.asked }
        let (kernel, end) = Self.kernelWindow(asked, leaseUntil: leaseUntil)
        let armed = tables.map { $0.acting(in: kernel) }
        let installed = try filter.install(armed)
        state.withLock {
            $0 = State(installed: installed, asked: asked, end: end, leaseUntil: leaseUntil, window: kernel)
        }
    }

    /// An edge that has passed stays what it was, so that what acts does not pause, nor act again; so does one that could
    /// pass while the kernel is told.
    func move(to window: ActingWindow) throws {
        let soon = Clocks.monotonic() + Self.leastLead
        try state.withLock { state in
            guard !state.installed.isEmpty else { return }
            let asked = ActingWindow(
                start: state.asked.start <= soon ? state.asked.start : window.start,
                end: state.asked.end <= soon ? state.asked.end : window.end
            )
            guard asked != state.asked else { return }
            let (kernel, end) = Self.kernelWindow(asked, leaseUntil: state.leaseUntil)
            guard let kernel else { return }
            try filter.replaceWindow(of: &state.installed, with: kernel)
            (state.asked, state.end, state.window) = (asked, end, kernel)
        }
    }

    /// Asks the kernel only when the end really moves, or the wall clock was stepped under it.
    func extend(leaseUntil: Int64) throws {
        try state.withLock { state in
            let (kernel, end) = Self.kernelWindow(state.asked, leaseUntil: leaseUntil)
            guard !state.installed.isEmpty, let kernel else { return }
            state.leaseUntil = max(state.leaseUntil, leaseUntil)
            let wasStepped = state.window.map { abs($0.start - kernel.start) > Self.leastStep } ?? false
            guard end > state.end || wasStepped else { return }
            try filter.replaceWindow(of: &state.installed, with: kernel)
            state.end = max(end, state.end)
            state.window = kernel
        }
    }

    /// The packets are those that the verdicts of the fault met, without those that were spared.
    func readBack() throws -> ReadBack {
        let installed = state.withLock { $0.installed }
        var packets: UInt64 = 0
        var problems: [String] = []
        var rules = 0
        for table in installed {
            guard let found = try filter.readBack(table) else {
                problems.append("table \(table.family.name) \(table.name) is not there")
                continue
            }
            rules += found.rules.count
            packets += table.counts(in: found).reduce(0) { $0 + ($1?.packets ?? 0) }
            problems += table.missing(in: found).map { "\($0) of \(table.family.name) \(table.name) is gone" }
            if found.owner != filter.port {
                problems.append("table \(table.family.name) \(table.name) has another owner")
            }
        }
        guard !installed.isEmpty else {
            return ReadBack(isInstalled: false, packets: 0, detail: "table \(name) is not there")
        }
        let detail =
            problems.isEmpty ? "\(rules) rules, owner \(filter.port)" : problems.joined(separator: "; ")
        return ReadBack(
            isInstalled: problems.isEmpty,
            packets: packets,
            detail: "table \(families) \(name): \(detail)"
        )
    }

    func remove() throws {
        try state.withLock { state in
            guard !state.installed.isEmpty else { return }
            try filter.remove(state.installed)
            for table in state.installed where try filter.readBack(table) != nil {
                throw FaultError(
                    "fault.not-healed",
                    "table \(name) is still there; remove it: nft delete table \(table.family.name) \(name)",
                    exitCode: .notHealed
                )
            }
            // Only now: a removal that failed can be tried again.
            state.installed = []
        }
    }

    /// In CLOCK_REALTIME, since that is what `meta time` compares with. A window that the lease does not reach yet is a
    /// nanosecond long: installed, and without effect.
    private static func kernelWindow(_ window: ActingWindow, leaseUntil: Int64) -> (TimeWindow?, Int64) {
        let map = narrowMap()
        let end = window.end(leaseUntil: leaseUntil)
        let start = map.realtime(monotonic: window.start)
        return (TimeWindow(start: start, end: max(start + 1, map.realtime(monotonic: end))), end)
    }

    /// The reading's half-width goes into the edges, and no bound tells of it: one that was interrupted is taken again.
    /// Usually 30 ns; what is left after ten is a machine on which nothing is better.
    private static func narrowMap() -> ClockMap {
        var best = ClockMap.read()
        for _ in 0..<9 where best.halfWidth > 500 {
            let next = ClockMap.read()
            if next.halfWidth < best.halfWidth { best = next }
        }
        return best
    }

    private var name: String { tables.first?.name ?? "" }
    private var families: String { tables.map(\.family.name).joined(separator: "+") }
}

extension FilterTable {
    /// What is spared is spared at any time; every other rule acts in the window.
    fileprivate func acting(in window: TimeWindow?) -> FilterTable {
        var table = self
        for chain in table.chains.indices {
            for rule in table.chains[chain].rules.indices
            where table.chains[chain].rules[rule].verdict != .accept {
                table.chains[chain].rules[rule].window = window
            }
        }
        return table
    }
}

extension FilterTable {
    /// Postrouting chains that ask for the sender's cgroup become output chains, where the kernel can tell it. What holds
    /// or loses packets there is as silent.
    var whereSendersAreKnown: FilterTable {
        var table = self
        for index in table.chains.indices where table.chains[index].hook == .postrouting {
            let asks = table.chains[index].rules.contains { $0.match.cgroup != nil }
            if asks { table.chains[index].hook = .output }
        }
        return table
    }
}
