import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter
import Synchronization

/// A fault by netem: the qdiscs wait on the interface's detour, and only the window's rules steer packets there.
final class NetemInjection: Injection {
    let id: String
    let operation: String
    private let asked: Impairment
    private let table: ArmedTable
    private let path: NetemPath
    private let place: NetemPath.Place
    private let window: ActingWindow
    private let isHealed = Mutex(false)

    /// `sparing`: rules that come first. Errors: NetemUnfit, and then nothing was made.
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
        guard arriving.isEmpty else { throw NetemUnfit("netem holds what leaves, not what arrives") }
        let spec = NetemSpec(asked)
        let path = try paths.path(interface, .leaving)
        let place = try path.admit(
            NetemCombinations.Fault(id: id, spec: spec, traffic: traffic, window: window)
        )
        let tables = leaving.sorted { $0.key.rawValue < $1.key.rawValue }.map { family, matches in
            FilterTable(
                name: PacketFaults.tableName(id),
                family: family,
                chains: [
                    FilterChain(
                        name: "leaving",
                        hook: .postrouting,
                        priority: FilterChain.steeringPriority(place.number),
                        rules: (sparing[family] ?? []) + Self.steering(matches, place, comment: id)
                    )
                ]
            )
        }
        table = ArmedTable(filter: filter, tables: tables, window: window)
        self.id = id
        self.asked = asked
        self.path = path
        self.place = place
        self.window = window
        operation =
            "\(table.words): \(place.words), "
            + "\(spec.qdiscs.map(\.kind).joined(separator: " over ")) \(asked.words), "
            + "limit \(spec.computedLimit)"
        do {
            try table.install(leaseUntil: leaseUntil)
        } catch {
            path.leave(place)
            try? path.release(place)
            throw error
        }
    }

    private static func steering(
        _ matches: [PacketMatch],
        _ place: NetemPath.Place,
        comment: String
    ) -> [PacketRule] {
        matches.flatMap { match in
            place.steps.map { step in
                PacketRule(
                    match: match,
                    verdict: .steer(
                        from: step.from.map { DelayTree.priority($0) },
                        to: DelayTree.priority(step.to)
                    ),
                    comment: comment
                )
            }
        }
    }

    func extend(leaseUntil: Int64) throws { try table.extend(leaseUntil: leaseUntil) }

    func readBack() throws -> ReadBack {
        let rules = try table.readBack()
        let (isThere, dropped) = try path.account(place)
        var tally = rules.tally
        tally.dropped = min(dropped, tally.seen)
        if asked.latency > .zero || asked.jitter > .zero { tally.delayed = tally.seen - tally.dropped }
        return ReadBack(
            isInstalled: rules.isInstalled && isThere,
            tally: tally,
            detail: rules.detail + (isThere ? ", \(place.words) as asked" : ", \(place.words) not as asked")
        )
    }

    /// What netem holds leaves on time before it goes; waited for at most two seconds.
    func heal() throws {
        try table.remove()
        guard !isHealed.withLock({ $0 }) else { return }
        path.leave(place)
        let left = min(Clocks.monotonic(), window.end) + asked.longestDelay.nanoseconds
        Clocks.sleepUntil(monotonic: min(left, Clocks.monotonic() + 2_000_000_000))
        try path.release(place)
        isHealed.withLock { $0 = true }
    }
}
