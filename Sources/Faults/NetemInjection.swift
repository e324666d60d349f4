import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import Synchronization

/// A fault by netem: the qdiscs wait on the interface's detours, and only the window's rules steer packets there.
final class NetemInjection: Injection {
    let id: String
    let operation: String
    private let asked: Impairment
    private let table: ArmedTable
    private let parts: [Part]
    private let window: ActingWindow
    private let isHealed = Mutex(false)

    /// One direction.
    private struct Part {
        let path: NetemPath
        let place: NetemPath.Place

        func giveBack() throws {
            path.leave(place)
            try path.release()
        }
    }

    /// `leaving`, `arriving`: what it acts on, by address family; `sparing`: rules that come first in every chain.
    /// Errors: NetemUnfit, and then nothing was made.
    init(
        id: String,
        asked: Impairment,
        traffic: TrafficFilter,
        leaving: [TableFamily: [PacketMatch]],
        arriving: [TableFamily: [PacketMatch]],
        sparing: [TableFamily: [PacketRule]],
        interface: String,
        paths: NetemPaths,
        filter: FilterSocket,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        let spec = NetemSpec(asked)
        let fault = NetemCombinations.Fault(id: id, spec: spec, traffic: traffic, window: window)
        var parts: [Part] = []
        var tables: [FilterTable] = []
        do {
            if !leaving.isEmpty {
                let path = try paths.path(interface, .leaving)
                let part = Part(path: path, place: try path.admit(fault))
                parts.append(part)
                tables += NetemRules(place: part.place, sparing: sparing, comment: id).leaving(leaving)
            }
            if !arriving.isEmpty {
                let path = try paths.path(interface, .arriving)
                let part = Part(path: path, place: try path.admit(fault))
                parts.append(part)
                let rules = NetemRules(place: part.place, sparing: sparing, comment: id)
                tables.append(rules.arriving(arriving, at: interface))
            }
            table = ArmedTable(filter: filter, tables: tables, window: window)
            try table.install(leaseUntil: leaseUntil)
        } catch {
            for part in parts { try? part.giveBack() }
            throw error
        }
        self.id = id
        self.asked = asked
        self.parts = parts
        self.window = window
        operation =
            "\(table.words): \(parts.map(\.place.words).joined(separator: ", ")), "
            + "\(spec.qdiscs.map(\.kind).joined(separator: " over ")) \(asked.words), "
            + "limit \(spec.computedLimit)"
    }

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
