import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import Synchronization

/// A fault by netem: the qdiscs wait on the interface's detours, and only the window's rules steer packets there.
final class NetemInjection: Injection {
    let id: String
    private let asked: Impairment
    private let spec: NetemSpec
    private let tables: [FilterTable]
    private let table: ArmedTable
    private let parts: [Part]
    private let window: ActingWindow
    private let isHealed = Mutex(false)

    /// One direction.
    private struct Part {
        let path: NetemPath
        let place: NetemPlace

        func giveBack() throws {
            path.leave(place)
            try path.release()
        }
    }

    /// `filter`: what the fault asks; `traffic`: what it acts on. Errors: NetemUnfit, and then nothing was made.
    init(
        id: String,
        asked: Impairment,
        filter: TrafficFilter,
        traffic: ConcernedTraffic,
        interface: String,
        paths: NetemPaths,
        socket: FilterSocket,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        let spec = NetemSpec(asked)
        let fault = NetemCombinations.Fault(id: id, spec: spec, traffic: filter, window: window)
        var parts: [Part] = []
        var tables: [FilterTable] = []
        do {
            for direction in traffic.directions {
                let path = try paths.path(interface, direction)
                let part = Part(path: path, place: try path.admit(fault))
                parts.append(part)
                tables += NetemRules(place: part.place, sparing: traffic.sparing, comment: id).tables(traffic)
            }
            table = ArmedTable(filter: socket, tables: tables, window: window)
            try table.install(leaseUntil: leaseUntil)
        } catch {
            for part in parts { try? part.giveBack() }
            throw error
        }
        self.id = id
        self.asked = asked
        self.parts = parts
        self.window = window
        self.spec = spec
        self.tables = tables
    }

    /// In many words: made when somebody asks.
    var operation: Operation { .netem(tables, at: parts.map(\.place), asked, spec) }

    func move(to window: ActingWindow) throws { try table.move(to: window) }
    func extend(leaseUntil: Int64) throws { try table.extend(leaseUntil: leaseUntil) }

    func readBack() throws -> ReadBack {
        let rules = try table.readBack()
        var tally = rules.tally
        var missing: [String] = []
        for part in parts {
            let (isThere, dropped) = try part.path.account(part.place)
            tally.dropped += dropped
            if !isThere { missing.append(part.place.words) }
        }
        tally.dropped = min(tally.dropped, tally.seen)
        if asked.latency > .zero || asked.jitter > .zero { tally.delayed = tally.seen - tally.dropped }
        let words = missing.isEmpty ? "qdiscs as asked" : "not as asked: \(missing.joined(separator: ", "))"
        return ReadBack(
            isInstalled: rules.isInstalled && missing.isEmpty,
            tally: tally,
            detail: "\(rules.detail), \(words)"
        )
    }

    /// What netem holds leaves on time before it goes; waited for at most two seconds. What other faults hold longer stays.
    func heal() throws {
        try table.remove()
        guard !isHealed.withLock({ $0 }) else { return }
        for part in parts { part.path.leave(part.place) }
        let patience = Clocks.monotonic() + 2_000_000_000
        // A packet that met the rules just before they went is on its way into a class still.
        let left = min(Clocks.monotonic(), window.end) + asked.longestDelay.nanoseconds
        Clocks.sleepUntil(monotonic: min(patience, max(left, Clocks.monotonic() + 2_000_000)))
        while Clocks.monotonic() < patience, try parts.contains(where: { try $0.path.isHolding($0.place) }) {
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 5_000_000)
        }
        for part in parts { try part.path.release() }
        isHealed.withLock { $0 = true }
    }
}
